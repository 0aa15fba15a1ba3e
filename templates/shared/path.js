// What of a URL says which file it is.

/** @param {string} url */
function withoutQuery(url) {
  return url.split(/[?#]/)[0];
}

/**
 * The decoded path of a URL below BASE, without query and fragment; undefined if it isn't below.
 *
 * @param {string} url
 * @returns {string | undefined}
 */
function pathBelowBase(url) {
  if (!url.startsWith(BASE)) return;
  try {
    return decodeURIComponent(withoutQuery(url.slice(BASE.length)));
  } catch {
    return; // a malformed %
  }
}
