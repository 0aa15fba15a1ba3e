/** The application server key: from the text in the config to bytes, and back to the question “is it the same?”. */

/**
 * @param {string} text  base64url; padding and the standard alphabet are forgiven.
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesFromBase64url(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/").replace(/[=\s]/g, ""));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * Whether a subscription was made with `key`; null if the browser doesn't tell.
 *
 * @param {{options?: PushSubscriptionOptions}} subscription
 * @param {Uint8Array} key
 * @returns {boolean | null}
 */
function madeWithKey(subscription, key) {
  const used = subscription.options?.applicationServerKey;
  if (!used) return null;
  const bytes = new Uint8Array(used);
  return bytes.length === key.length && bytes.every((byte, index) => byte === key[index]);
}
