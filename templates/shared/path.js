/**
 * The decoded path of a URL below BASE, without query and fragment; undefined if it isn't below.
 *
 * @param {string} url
 * @returns {string | undefined}
 */
function pathBelowBase(url) {
  if (!url.startsWith(BASE)) return undefined;
  try {
    return decodeURIComponent(url.slice(BASE.length).split(/[?#]/)[0]);
  } catch {
    return undefined; // a malformed %
  }
}
