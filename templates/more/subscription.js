/** The browser's subscription, and the server's knowledge of it, made to agree with the site's key. */

/** Without a push service the browser never answers. In milliseconds. */
const SUBSCRIBE_TIMEOUT = 30_000;

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<PushSubscription>}
 */
async function renewSubscription(registration) {
  const { subscription, created, old } = await currentSubscription(registration);
  try {
    await tellServer(subscription.toJSON(), old);
  } catch (error) {
    // A refusal is final: a subscription that nobody will push to must not look like one that works.
    if (created && errorName(error) === "ServerError") await subscription.unsubscribe();
    throw error;
  }
  return subscription;
}

/**
 * The browser's subscription, made anew if there is none or if it belongs to another key; `old` is
 * what was replaced.
 *
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<{subscription: PushSubscription, created: boolean, old: PushSubscriptionJSON | null}>}
 */
async function currentSubscription({ pushManager }) {
  const applicationServerKey = bytesFromBase64url(CONFIG.push.vapidPublicKey);
  const present = await pushManager.getSubscription();
  const same = present && madeWithKey(present, applicationServerKey);
  if (present && same) return { subscription: present, created: false, old: null };
  const old = present && present.toJSON();
  const subscribe = async () => {
    const asked = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    return { subscription: await withTimeLimit(asked, SUBSCRIBE_TIMEOUT), created: true, old };
  };
  if (present && same === false) await present.unsubscribe();
  try {
    return await subscribe();
  } catch (error) {
    // How a browser that keeps the key to itself says that it was another one.
    if (!present || /** @type {Error} */ (error).name !== "InvalidStateError") throw error;
    await present.unsubscribe();
    return subscribe();
  }
}

Object.assign(parts, { renewSubscription });
