/** Subscribing to push and ending it, on the user's word. */

/** @type {Promise<PushSubscription> | null} A second click joins the first. */
let subscribing = null;

/**
 * Asks for the permission if need be, subscribes, and tells the server. Call it in a click, before any await.
 *
 * @returns {Promise<PushSubscription>}
 */
function subscribeToPush() {
  subscribing ||= subscribeOnce().finally(() => {
    subscribing = null;
    refreshStates();
  });
  return subscribing;
}

async function subscribeOnce() {
  if (!pushSupported()) throw await namedError(pushNeedsInstall() ? "NeedsInstallError" : "UnsupportedError");
  await requestNotificationPermission();
  const registration = await api.ready;
  if (!registration) throw await namedError("RegistrationError");
  return exclusively("push", async () => (await more()).renewSubscription(registration)).catch(async (error) => {
    throw await translateError(error);
  });
}

/**
 * Ends the subscription here, and on the server as far as it can be reached: a user who says stop is
 * obeyed even offline, and the server learns of a dead endpoint at its next push.
 *
 * @returns {Promise<boolean>}  False if there was none.
 */
async function unsubscribeFromPush() {
  const registration = await knownRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  if (!subscription) return false;
  const ended = await subscription.unsubscribe();
  await forgetOnServer(subscription.toJSON()).catch(reportFailure);
  refreshStates();
  return ended;
}

Object.assign(api, { push: { state: pushState, subscribe: subscribeToPush, unsubscribe: unsubscribeFromPush } });

signOutSteps.push(unsubscribeFromPush);

controls.set("push", {
  state: pushState,
  act: (state) => (state === "subscribed" ? unsubscribeFromPush() : subscribeToPush()),
  show(element, state) {
    // A label that changes says it already; both together would read “Turn off, pressed”.
    if (!element.querySelector("[data-pwagen-when]")) {
      setAttribute(element, "aria-pressed", String(state === "subscribed"));
      if (element.matches(":empty")) more().then((parts) => parts.labelPush(element)).catch(reportFailure);
    }
    if ("disabled" in element) set(element, "disabled", state === "unsupported");
  },
});
