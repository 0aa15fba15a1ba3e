/** How a message may look, and what the server says about it. */

import { byId, make, setText } from "./elements.js";

/** Browsers show two buttons. */
const SHOWN_ACTIONS = 2;

/**
 * @param {Record<string, any>} message
 * @param {AppState} app
 */
export function showNotification({ notification, app_badge: badge }, app) {
  setText("preview-source", `${app.name} · ${new URL(app.site).host}`);
  setText("preview-title", notification.title ?? "");
  setText("preview-body", notification.body ?? "");
  showPicture("preview-icon", notification.icon ?? app.icon, app.site);
  showPicture("preview-image", notification.image, app.site);
  setText("preview-badge", badge ? String(badge) : "").hidden = !badge;
  const own = (notification.actions ?? []).map(({ title = "" }) => make("span", {}, title));
  const inherited = app.actions.map((title) => make("span", { className: "inherited", title: "from pwagen.yaml" }, title));
  byId("preview-actions").replaceChildren(...(own.length ? own : inherited).slice(0, SHOWN_ACTIONS));
}

/**
 * @param {string} id
 * @param {string | null | undefined} url
 * @param {string} base
 */
function showPicture(id, url, base) {
  const picture = byId(id, HTMLImageElement);
  const address = url && URL.canParse(url, base) ? new URL(url, base).href : "";
  picture.hidden = !address;
  if (!address || picture.src === address) return;
  picture.onerror = () => (picture.hidden = true);
  picture.src = address;
}

/** @param {Preview} preview */
export function showFindings({ problems, warnings, bytes, limit, payload }) {
  const lines = [...problems.map((text) => ["bad", text]), ...warnings.map((text) => ["warn", text])];
  byId("findings").replaceChildren(...lines.map(([tone, text]) => make("li", { "data-tone": tone }, text)));
  const meter = byId("size", HTMLMeterElement);
  meter.value = bytes ?? (payload ? limit : 0);
  const count = (/** @type {number} */ number) => number.toLocaleString("en-GB");
  setText("size-words", bytes === null ? "" : `${count(bytes)} of ${count(limit)} bytes`);
  setText("payload", payload ? JSON.stringify(payload, null, 2) : "");
}
