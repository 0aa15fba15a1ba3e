/** The icons' page of `pwagen serve`: shows the newest build's icons, and what stands in the way of a newer one. */

import { setText } from "./elements.js";

const shown = Number(document.documentElement.dataset.built);

/** @param {MessageEvent<string>} message */
function refresh({ data }) {
  /** @type {ConsoleState} */
  const { build } = JSON.parse(data);
  setText("problem", build.problem).hidden = !build.problem;
  if (build.at !== shown) location.reload();
}

const source = new EventSource("news");
for (const kind of ["state", "build"]) source.addEventListener(kind, refresh);
