/** The permission to notify: read whenever it is needed, asked for only in a user's gesture. */

/** @returns {NotificationPermission | "unsupported"} */
function notificationPermission() {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/**
 * Asks the user unless that has been decided; throws if the answer isn't yes.
 *
 * To be called before any await: the question is bound to the user's gesture, and a browser that is
 * asked without one blocks the site for good (https://github.com/whatwg/notifications/issues/108).
 *
 * @returns {Promise<void>}
 */
async function requestNotificationPermission() {
  if (notificationPermission() === "unsupported") throw await namedError("UnsupportedError");
  if (Notification.permission === "default" && navigator.userActivation?.isActive === false) {
    throw await namedError("GestureError");
  }
  const asked = Notification.permission === "default" ? Notification.requestPermission() : Notification.permission;
  const answer = await asked;
  refreshStates();
  if (answer === "denied") throw await namedError("PermissionDeniedError");
  if (answer !== "granted") throw await namedError("PermissionDismissedError");
}

startSteps.push(() => {
  // Safari rejects some names; coming back to the page is noticed there (states.js).
  navigator.permissions?.query({ name: "notifications" }).then(
    (status) => status.addEventListener("change", refreshStates),
    () => undefined,
  );
});
