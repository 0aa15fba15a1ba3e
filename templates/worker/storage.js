// What of the answers that come by may be kept, and how much of it.

/** How many pages, assets and data are kept beside those of configured routes. */
const RUNTIME_LIMIT = 200;

usedCaches.add(RUNTIME_CACHE);
addHook("sign-out", () => caches.delete(RUNTIME_CACHE));

/**
 * Whether a response may be kept: whole, our origin's, and nobody's in particular. Set-Cookie can't be
 * seen here, but what is made for one user says so in Cache-Control or in Vary.
 *
 * @param {Request} request
 * @param {Response} response
 */
function isStorable(request, response) {
  const { status, type, headers } = response;
  return (
    status === 200 &&
    type === "basic" &&
    !request.headers.has("Authorization") &&
    !/no-store|private/i.test(headers.get("Cache-Control") ?? "") &&
    !/\*|cookie|authorization/i.test(headers.get("Vary") ?? "")
  );
}

/**
 * A copy without the mark of a redirect, which browsers refuse as the answer to a navigation
 * (https://github.com/GoogleChrome/workbox/issues/173).
 *
 * @param {Response} response
 */
function withoutRedirect(response) {
  return response.redirected ? new Response(response.body, response) : response;
}

/**
 * Deletes of what belongs together what was stored first. One by one: a deleted cache gives its space
 * back when nobody has it open any more.
 *
 * @param {Cache} cache
 * @param {(stored: number) => number} howMany
 * @param {(url: string) => boolean} [belongs]
 */
async function dropOldest(cache, howMany, belongs = () => true) {
  const urls = (await cache.keys()).map(({ url }) => url).filter(belongs);
  const old = urls.slice(0, Math.max(howMany(urls.length), 0));
  await Promise.all(old.map((url) => cache.delete(url, { ignoreVary: true })));
}

/**
 * Whether a stored response is older than `maxAge` milliseconds, by the server's own date.
 *
 * @param {Response} response
 * @param {number | undefined} maxAge
 * @param {number} now
 */
function isExpired({ headers }, maxAge, now) {
  return maxAge !== undefined && !(now - Date.parse(headers.get("Date") ?? "") <= maxAge);
}

/**
 * Deletes of what belongs together what has expired: from what was stored first up to the first that hasn't.
 *
 * @param {Cache} cache
 * @param {number} maxAge
 * @param {(url: string) => boolean} [belongs]
 */
async function dropExpired(cache, maxAge, belongs = () => true) {
  for (const request of await cache.keys()) {
    if (!belongs(request.url)) continue;
    const response = await cache.match(request);
    if (response && !isExpired(response, maxAge, Date.now())) return;
    await cache.delete(request, { ignoreVary: true });
  }
}

/**
 * Keeps a response, and of those that belong with it (all by default) no more than `limit`.
 *
 * @param {Request} request
 * @param {Response} response
 * @param {number} session  signOuts when it was asked for
 * @param {(url: string) => boolean} [belongs]
 * @param {number} [limit]
 * @param {number} [maxAge]
 */
async function store(request, response, session, belongs, limit = RUNTIME_LIMIT, maxAge) {
  if (session !== signOuts) return;
  const cache = await caches.open(RUNTIME_CACHE);
  // Other failures, e.g. of a page that was left before all of it had come, say nothing about space.
  const full = await cache.put(request, withoutRedirect(response)).catch(({ name }) => name === "QuotaExceededError");
  await dropOldest(cache, (stored) => (full ? Math.ceil(stored / 2) : stored - limit), belongs);
  if (maxAge !== undefined) await dropExpired(cache, maxAge, belongs);
}
