/** What the server knows of this browser's subscription, and bringing it up to date. */

/**
 * Tells the server of a subscription, and of the one that it replaces.
 *
 * @param {PushSubscriptionJSON} subscription
 * @param {PushSubscriptionJSON | null} [replaced]
 */
async function tellServer(subscription, replaced = null) {
  const [reported, user, pending] = await Promise.all(["reportedSubscription", "user", "pendingSubscription"].map(storeGet));
  // What the server knows may be older than what was replaced: the worker couldn't reach it, or the
  // browser changed the subscription without a word.
  const known = pending?.old || reported?.subscription || replaced;
  const old = known && !sameSubscription(known, subscription) ? known : null;
  try {
    if (old) await askServer("PUT", { old, new: subscription, user });
    else await askServer("POST", { subscription, user });
  } catch (error) {
    if (errorName(error) === "NetworkError") await leaveToWorker({ old, new: subscription });
    throw error;
  }
  await storeUpdate("reportedSubscription", () => ({ subscription, time: Date.now(), user }));
  await storeUpdate("pendingSubscription", () => undefined);
  emit("subscription", { old, new: subscription });
}

/**
 * Background sync goes on when this page is closed; where there is none, the next visit does.
 *
 * @param {StoreValues["pendingSubscription"]} change
 */
async function leaveToWorker(change) {
  await storeUpdate("pendingSubscription", () => change);
  await (await api.ready)?.sync?.register(SUBSCRIPTION_SYNC).catch(() => undefined);
}

Object.assign(parts, { tellServer });
