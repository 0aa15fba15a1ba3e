/** The badge, from the page: the count is the worker's too, and outlives both. */

/** @type {PwagenBadge} */
const badgeApi = {
  set: (value, topic) => tellBadge(appBadge.set(value, topic)),
  add: (amount, topic) => tellBadge(appBadge.add(amount, topic)),
  clear: (topic) => tellBadge(appBadge.clear(topic)),
  get: appBadge.get,
};
Object.assign(api, { badge: badgeApi });

/** @param {Promise<BadgeValue>} changed */
async function tellBadge(changed) {
  const badge = await changed;
  emit("badge", badge);
  refreshStates();
  tellOtherTabs();
  return badge;
}

/** Not over a BroadcastChannel: an open one keeps pages out of the back/forward cache. */
function tellOtherTabs() {
  try {
    localStorage.setItem(STORE_NAME, "badge");
    localStorage.removeItem(STORE_NAME);
  } catch {
    // No storage: they see it when the user comes back to them.
  }
}

/**
 * The user looks at the app. `returning` is true for a window that was visible all the time and gets the
 * focus back: that clears what arrived meanwhile, but isn't another visit to count.
 *
 * @param {boolean} returning
 */
function badgeOnOpen(returning) {
  const rule = CONFIG.badge.onOpen;
  const counts = rule === "add" || rule === "subtract";
  if (rule === "keep" || (returning && counts) || document.visibilityState !== "visible") return;
  tellBadge(updateBadge((badge) => nextBadge(badge, rule), rule === "add" ? "" : undefined));
}

signOutSteps.push(() => badgeApi.clear());

controls.set("badge", {
  state: async () => String(await appBadge.get()),
  show(element, state) {
    // A badge without a number is a dot, and so is its element: an empty one for the style sheet.
    set(element, "textContent", state === "true" ? "" : state);
    showIfUseful(element, state !== "0");
  },
});

startSteps.push(() => {
  // Browsers forget what they show, Chromium whenever it ends.
  appBadge.get().then(showBadge);
  addEventListener("storage", async ({ key, newValue }) => {
    if (key !== STORE_NAME || !newValue) return;
    emit("badge", await appBadge.get());
    refreshStates();
  });
});

topSteps.push(() => {
  badgeOnOpen(false);
  document.addEventListener("visibilitychange", () => badgeOnOpen(false));
  addEventListener("focus", () => badgeOnOpen(true));
});
