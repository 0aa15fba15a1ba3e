/**
 * The second file, register.more.js: what most visits don't need, loaded the first time that something does.
 *
 * It gets what the two share (`shared` above) from the element that loads it, and puts its functions into
 * `parts`. One of another build would not fit: it leaves without a trace, and this page is out of date.
 */

/** The version keeps caches of any kind from answering with another build's. */
const moreUrl = new URL(`register.more.js?${CONFIG.version}`, BASE).href;

/** @type {Promise<MoreParts> | undefined} */
let loadingMore;

/** @type {MoreParts | undefined} */
let loadedMore;

/** Its functions; rejects with a NetworkError if it can't be had, and tries again at the next call. */
function more() {
  loadingMore ??= loadMore().catch((error) => {
    loadingMore = undefined;
    throw error;
  });
  return loadingMore;
}

/** @returns {Promise<MoreParts>} */
function loadMore() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const parts = /** @type {MoreParts} */ ({});
    const fail = () => {
      script.remove();
      const message = urlPolicyRefused ? TRUSTED_TYPES_REMEDY : `${moreUrl} could not be loaded.`;
      reject(Object.assign(new Error(message), { name: "NetworkError" }));
    };
    script.onerror = fail;
    script.onload = () => {
      if (!parts.sentence) {
        pageOutdated = true;
        refreshStates();
        return fail();
      }
      script.remove();
      resolve((loadedMore = parts));
    };
    Object.assign(script, { pwagen: { version: CONFIG.version, shared: shared(), parts }, nonce: ownScript?.nonce ?? "" });
    try {
      script.src = trustedUrl(moreUrl);
      document.head.append(script);
    } catch {
      fail(); // Trusted Types
    }
  });
}
