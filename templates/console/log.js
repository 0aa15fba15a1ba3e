/** What happened, the newest first. */

import { byId, make } from "./elements.js";
import { browserName, clockTime } from "./words.js";

const MOST = 300;

/**
 * @param {{at: number, label: string, tone: string, text: string, from?: string, detail?: unknown}} entry
 */
export function showEntry({ at, label, tone, text, from = "", detail }) {
  const log = byId("log");
  const browser = browserName(from);
  const sender = browser ? make("small", {}, browser) : "";
  const item = make(
    "li",
    {},
    make("time", { dateTime: new Date(at * 1000).toISOString() }, clockTime(at)),
    make("span", { className: "chip", "data-tone": tone }, label),
    make("p", {}, text, sender),
  );
  if (detail !== undefined && detail !== null) {
    const json = make("pre", { tabIndex: 0 }, JSON.stringify(detail, null, 2));
    item.append(make("details", {}, make("summary", {}, "Detail"), json));
  }
  log.prepend(item);
  while (log.children.length > MOST) log.lastElementChild?.remove();
  byId("no-events").hidden = true;
}

export function clearLog() {
  byId("log").replaceChildren();
  byId("no-events").hidden = false;
}
