/**
 * Subscriptions get lost: browsers drop or renew them, servers forget them, sites change their key.
 * Each visit puts that right, without a question to the user, who has answered it already.
 */

/** After this long the server is told again, should it have lost its record. In milliseconds. */
const REPORT_LIFETIME = 7 * 86_400_000;

/** How long a failed attempt is left alone, so that a broken server isn't asked by every page. In milliseconds. */
const HEALING_PAUSE = 600_000;

/**
 * What this visit has to do.
 *
 * @param {object} facts
 * @param {string} facts.permission
 * @param {PushSubscriptionJSON | null} facts.present
 * @param {boolean | null} facts.sameKey  Whether `present` was made with the site's key; null: unknown.
 * @param {StoreValues["reportedSubscription"] | undefined} facts.reported
 * @param {string | undefined} facts.user
 * @param {boolean} facts.pending  The worker couldn't tell the server of a change.
 * @param {number} facts.now
 * @returns {"nothing" | "report" | "renew" | "forget"}
 */
function healingStep({ permission, present, sameKey, reported, user, pending, now }) {
  if (permission !== "granted") return reported && !present ? "forget" : "nothing";
  // Without a report the user hasn't subscribed here, or has ended it.
  if (!present) return reported || pending ? "renew" : "nothing";
  if (sameKey === false) return "renew";
  if (pending || !reported || !sameSubscription(reported.subscription, present)) return "report";
  if (reported.user !== user) return "report";
  return Math.abs(now - reported.time) > REPORT_LIFETIME ? "report" : "nothing";
}

/** @param {ServiceWorkerRegistration} registration */
async function healSubscription(registration) {
  const [reported, user, pending, last = 0] = await Promise.all(
    ["reportedSubscription", "user", "pendingSubscription", "healingAttempt"].map(storeGet),
  );
  const subscription = await registration.pushManager.getSubscription();
  const now = Date.now();
  const step = healingStep({
    permission: notificationPermission(),
    present: subscription && subscription.toJSON(),
    sameKey: subscription && madeWithKey(subscription, bytesFromBase64url(CONFIG.push.vapidPublicKey)),
    reported,
    user,
    pending: Boolean(pending),
    now,
  });
  if (step === "nothing" || Math.abs(now - last) < HEALING_PAUSE) return;
  await storeUpdate("healingAttempt", () => now);
  if (step === "forget") await forgetOnServer(reported.subscription);
  else if (step === "report" && subscription) await (await more()).tellServer(subscription.toJSON());
  else await (await more()).renewSubscription(registration);
  await storeUpdate("healingAttempt", () => undefined);
  refreshStates();
}

startSteps.push(async () => {
  const registration = await api.ready;
  if (!registration || !pushSupported()) return;
  exclusively("push", () => healSubscription(registration)).catch(reportFailure);
});
