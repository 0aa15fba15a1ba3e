/** The subscriptions, and which of them a message is for. */

import { byId, make } from "./elements.js";
import { browserName, clockTime } from "./words.js";

/** Those that are not sent to; one that is new is. @type {Set<number>} */
const unchecked = new Set();

/** What became of the last message to each. @type {Map<number, Result>} */
const lastResults = new Map();

/** @type {SubscriptionState[]} */
let shown = [];

/** @param {SubscriptionState[]} subscriptions */
export function showSubscriptions(subscriptions) {
  shown = subscriptions;
  byId("subscription-count").textContent = String(subscriptions.length);
  byId("no-subscriptions").hidden = subscriptions.length > 0;
  byId("subscriptions").replaceChildren(...subscriptions.map(item));
}

/** @param {Result} result */
export function showResult(result) {
  lastResults.set(result.subscription, result);
  // Gone ones have left the store.
  showSubscriptions(shown.filter(({ id }) => id !== result.subscription || result.status !== "gone"));
  byId("subscriptions").dispatchEvent(new Event("change"));
}

export function checkedIds() {
  return shown.map(({ id }) => id).filter((id) => !unchecked.has(id));
}

/** @param {SubscriptionState} subscription */
function item({ id, service, userAgent, seen, lastFailure }) {
  const box = make("input", { type: "checkbox", checked: !unchecked.has(id) });
  box.addEventListener("change", () => (box.checked ? unchecked.delete(id) : unchecked.add(id)));
  const result = lastResults.get(id);
  const status = result?.status ?? (lastFailure ? "failed" : "");
  const tone = status === "delivered" ? "good" : "bad";
  const cause = result ? result.cause : lastFailure;
  const since = [service, `seen ${clockTime(seen)}`, cause].filter(Boolean).join(" · ");
  const name = make("span", { title: userAgent }, `#${id} ${browserName(userAgent)}`);
  const chip = make("span", { className: "chip", "data-tone": tone }, status);
  return make("li", {}, make("label", {}, box, name, chip, make("small", {}, since)));
}
