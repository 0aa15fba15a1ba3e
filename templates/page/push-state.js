/** The one word for where push stands in this browser. */

/**
 * @typedef {object} PushFacts
 * @property {boolean} supported  Workers, push and notifications are there and the page is secure.
 * @property {boolean} needsInstall  They would be if the app were on the Home Screen.
 * @property {NotificationPermission | "unsupported"} permission
 * @property {boolean} subscribed
 */

/**
 * @param {PushFacts} facts
 * @returns {PwagenPushState}
 */
function pushStateFrom({ supported, needsInstall, permission, subscribed }) {
  if (!supported) return needsInstall ? "needs-install" : "unsupported";
  if (permission === "denied") return "denied";
  if (permission !== "granted") return "default";
  return subscribed ? "subscribed" : "granted";
}

function pushSupported() {
  return isSecureContext && Boolean(workerContainer()) && "PushManager" in window && "Notification" in window;
}

/** iOS has push only in apps on the Home Screen, and hides it from the page everywhere else. */
function pushNeedsInstall() {
  return isIos(navigator) && canAddToHomeScreen(navigator.userAgent) && !isStandalone();
}

/** @returns {Promise<PwagenPushState>} */
async function pushState() {
  const supported = pushSupported();
  const permission = notificationPermission();
  const registration = supported && permission === "granted" ? await knownRegistration() : null;
  const subscription = registration && (await registration.pushManager.getSubscription().catch(() => null));
  return pushStateFrom({ supported, needsInstall: pushNeedsInstall(), permission, subscribed: Boolean(subscription) });
}
