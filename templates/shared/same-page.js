// Tells whether two URLs are the same page.

/**
 * A page's URL in one of the ways in which hosts name it: open/, open.html and open/index.html are open, at any fragment.
 *
 * @param {string} url
 */
function plainUrl(url) {
  const { origin, pathname, search } = new URL(url);
  return origin + pathname.replace(/(\/|\/index\.html|\.html)$/, "") + search;
}

/**
 * @param {string} url
 * @param {string} other
 */
const isSamePage = (url, other) => plainUrl(url) === plainUrl(other);
