/** What the server is thought to know of this browser's subscription. */

/**
 * Tells the server of a subscription's end.
 *
 * @param {PushSubscriptionJSON} subscription
 */
async function forgetOnServer(subscription) {
  // First: whatever the server says, this browser doesn't want a subscription any more.
  await storeUpdate("reportedSubscription", () => undefined);
  await storeUpdate("pendingSubscription", () => undefined);
  emit("subscription", { old: subscription, new: null });
  if (CONFIG.push.endpoint) await (await more()).askServer("DELETE", { endpoint: subscription.endpoint });
}

/**
 * @param {PushSubscriptionJSON} one
 * @param {PushSubscriptionJSON} other
 */
function sameSubscription(one, other) {
  const [a, b] = [one, other].map((subscription) => [subscription.endpoint, subscription.keys?.auth, subscription.keys?.p256dh]);
  return a.every((member, index) => member === b[index]);
}
