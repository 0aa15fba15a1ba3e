// Tells whether two URLs are the same page.

/**
 * However a host names it: open, open/, open.html or open/index.html, at whatever fragment.
 *
 * @param {string} url
 * @param {string} other
 */
function isSamePage(url, other) {
  const [first, second] = [url, other].map((each) => {
    const { origin, pathname, search } = new URL(each);
    return origin + pathname.replace(/(\/|\/index\.html|\.html)$/, "") + search;
  });
  return first === second;
}
