// Finds the file of a build that belongs to a URL.

/** @type {WeakMap<PrecacheEntry[], Map<string, PrecacheEntry>>} */
const precacheIndexes = new WeakMap();

/**
 * The precached file that a host answers with at a URL: about/ and about are about/index.html, or about
 * is about.html.
 *
 * @param {string} url
 * @param {boolean} [anyQuery]  a file's content doesn't depend on a query such as ?v=1
 * @param {PrecacheEntry[]} [list]
 * @returns {PrecacheEntry | undefined}
 */
function precachedEntry(url, anyQuery = false, list = CONFIG.offline.precache) {
  if (!precacheIndexes.has(list)) precacheIndexes.set(list, new Map(list.map((entry) => [entry[0], entry])));
  const path = pathBelowBase(url);
  if (path === undefined || (!anyQuery && new URL(url).search)) return;
  const files = [path, path + ".html", path + "/index.html", path.replace(/(^|\/)$/, "$1index.html")];
  return files.map((file) => precacheIndexes.get(list)?.get(file)).find((entry) => entry);
}

/**
 * @param {PrecacheEntry} entry
 * @param {string} url  that it is to be the answer for
 * @returns {Promise<Response | undefined>}
 */
async function precachedResponse(entry, url) {
  // Without the slash the page's relative links would lead elsewhere.
  const { pathname, search } = new URL(url);
  if (entry[0] === pathBelowBase(url) + "/index.html") return Response.redirect(pathname + "/" + search);
  return caches.match(precacheKey(entry), { cacheName: PRECACHE });
}
