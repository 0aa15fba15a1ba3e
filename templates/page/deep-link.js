/**
 * Where a click on a notification was meant to lead, when the system opened the start page instead:
 * iOS does so when it starts the app for the click (https://github.com/firebase/firebase-js-sdk/issues/7698).
 */

/** A click that is older has nothing to do with this start. In milliseconds. */
const PENDING_LINK_LIFETIME = 60_000;

/**
 * @param {StoreValues["pendingUrl"] | undefined} pending  What the worker noted at the click.
 * @param {{now: number, here: string}} context
 * @returns {string | null}  Where to go; null if this is the place, or the click has nothing to do with this start.
 */
function pendingLinkTarget(pending, { now, here }) {
  const target = pending && resolveUrl(pending.url);
  if (!target || Math.abs(now - pending.at) > PENDING_LINK_LIFETIME || target === here) return null;
  return new URL(target).origin === new URL(here).origin ? target : null;
}

async function followPendingLink() {
  // A tab of the browser wasn't opened by the app's icon, and leaves the link to the window that was.
  if (!isStandalone()) return;
  /** @type {StoreValues["pendingUrl"] | undefined} */
  let pending;
  // Taken out in the same transaction: it is followed once, and in one window.
  await storeUpdate("pendingUrl", (found) => {
    pending = found;
    return undefined;
  });
  const target = pendingLinkTarget(pending, { now: Date.now(), here: location.href });
  if (target) location.replace(target);
}

topSteps.push(() => {
  followPendingLink().catch(reportFailure);
});
