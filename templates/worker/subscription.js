// Tells the server when the browser replaces a subscription. That happens mostly while no page is open:
// if the server doesn't learn of it here, this user is lost.

/** Milliseconds before each try; after the last, background sync and the next visit go on. */
const SUBSCRIPTION_RETRIES = [0, 1000, 5000, 30_000];

/**
 * The request that tells the server of a change.
 *
 * @param {StoreValues["pendingSubscription"]} change
 * @param {string} [user]
 * @returns {["PUT" | "DELETE", object]}
 */
function subscriptionChange({ old, new: fresh }, user) {
  return fresh ? ["PUT", { old, new: fresh, user }] : ["DELETE", { endpoint: old?.endpoint, auth: old?.keys?.auth }];
}

/**
 * @param {StoreValues["pendingSubscription"]} change
 * @param {string} [user]
 */
async function tellServer(change, user) {
  // A page reads the token from its <meta> too; here only a cookie can be had, and not in all browsers.
  const cookie = CONFIG.push.csrf?.cookie;
  const token = cookie && (await self.cookieStore?.get(cookie))?.value;
  const response = await fetch(...subscriptionRequest(...subscriptionChange(change, user), token));
  if (!response.ok) throw new Error(`status ${response.status}`);
}

/** Tells the server what it doesn't know yet, once. Rejects if it can't be told. */
async function sendPendingSubscription() {
  /** @type {StoreValues["pendingSubscription"] | undefined} */
  const pending = await storeGet("pendingSubscription");
  if (!pending || !CONFIG.push.endpoint) return;
  const user = await storeGet("user");
  await tellServer(pending, user);
  const subscription = pending.new;
  await storeUpdate("reportedSubscription", () => (subscription ? { subscription, time: Date.now(), user } : undefined));
  await storeUpdate("pendingSubscription", () => undefined);
}

/**
 * Tries a few times, and leaves the rest to background sync. Chromium refuses that while no window is open;
 * the next one asks for it then, should the server still be down (push-report.js).
 */
async function reportSubscription() {
  for (const delay of SUBSCRIPTION_RETRIES) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    if (await sendPendingSubscription().then(() => true, () => false)) return;
    // Not after the last try: browsers stop workers.
    await self.registration.sync?.register(SUBSCRIPTION_SYNC).catch(() => undefined);
  }
}

/** @param {PushSubscriptionChangeEvent} event */
async function onSubscriptionChange({ oldSubscription, newSubscription }) {
  const options = { userVisibleOnly: true, applicationServerKey: CONFIG.push.vapidPublicKey };
  // Rejected without permission: then there is none any more.
  const given = newSubscription ?? (await self.registration.pushManager.subscribe(options).catch(() => null));
  // Chromium doesn't say which one it ended when the permission was withdrawn and given back.
  /** @type {StoreValues["reportedSubscription"] | undefined} */
  const reported = await storeGet("reportedSubscription");
  const old = reported?.subscription ?? oldSubscription?.toJSON() ?? null;
  const change = { old, new: given?.toJSON() ?? null };
  if (!change.old && !change.new) return;
  // If an earlier change was never told, the server still knows that one's old subscription.
  await storeUpdate("pendingSubscription", (pending) => ({ ...change, old: pending?.old ?? change.old }));
  await Promise.allSettled([reportSubscription(), broadcast("subscription", change)]);
}

/** Ends the subscription, should the page not have done so: it belongs to the device, not to the next user. */
async function endSubscription() {
  const subscription = await self.registration.pushManager.getSubscription();
  if (!subscription) return;
  await subscription.unsubscribe();
  if (CONFIG.push.endpoint) await tellServer({ old: subscription.toJSON(), new: null });
}

addHook("sign-out", endSubscription);

// A periodic sync has woken the worker, for another reason.
addHook("sync", () => sendPendingSubscription().catch(() => undefined));

onEvent("pushsubscriptionchange", onSubscriptionChange);
onEvent("sync", ({ tag }) => tag === SUBSCRIPTION_SYNC && sendPendingSubscription());
