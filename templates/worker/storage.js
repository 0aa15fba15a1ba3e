// What of the answers that come by may be kept, and how much of it.

/** How many pages, assets and data are kept beside those of configured routes. */
const RUNTIME_LIMIT = 200;

/** Pages, assets and data as they were met. */
const RUNTIME_CACHE = CACHE_PREFIX + "runtime";

/** At the end of a cache's name: what scripts have asked for. A page and data of the same address are two things. */
const DATA = "-data";

const RUNTIME_CACHES = [RUNTIME_CACHE, RUNTIME_CACHE + DATA];

/**
 * Uses caches that are dropped when the user signs out.
 *
 * @param {string[]} names
 */
function useCaches(names) {
  for (const name of names) usedCaches.add(name);
  const drop = () => Promise.all(names.map((name) => caches.delete(name)));
  addHook("sign-out", drop);
  return drop;
}

useCaches(RUNTIME_CACHES);

/** The header that says when a response was stored. Its Date is a server's clock, or that of days ago from a CDN. */
const STORED_AT = "Pwagen-Stored";

/** What is made for one user says so in Cache-Control or in Vary; Set-Cookie can't be seen here. */
const ONE_USERS = [/no-store|private/i, /\*|cookie|authorization/i];

/**
 * Whether a response may be kept: whole, and our origin's.
 *
 * @param {Request} request
 * @param {Response} response
 * @param {RegExp[]} [refused]  what may not be in its Cache-Control, and in its Vary
 */
function isStorable(request, { status, type, headers }, [control, varying] = ONE_USERS) {
  return (
    status === 200 &&
    type === "basic" &&
    !request.headers.has("Authorization") &&
    // It has no end.
    !/event-stream|x-mixed/.test(headers.get("Content-Type") ?? "") &&
    !control.test(headers.get("Cache-Control") ?? "") &&
    !varying.test(headers.get("Vary") ?? "")
  );
}

/**
 * Whether a response says itself that it doesn't change: by "immutable", or for a month at least.
 *
 * @param {Response} response
 */
function isLasting({ headers }) {
  const control = headers.get("Cache-Control") ?? "";
  return /immutable/i.test(control) || Number(/max-age=(\d+)/i.exec(control)?.[1]) >= 2_592_000;
}

/**
 * A copy that says when it was stored, of a response that isStorable.
 *
 * @param {Response} response
 */
function stamped(response) {
  const headers = new Headers(response.headers);
  headers.set(STORED_AT, new Date().toUTCString());
  return new Response(response.body, { headers });
}

/** Whether a stored response was kept as it was met, and is no file of a build. @param {Response} response */
const isMet = ({ headers }) => headers.has(STORED_AT);

/**
 * A copy without the mark of a redirect, which browsers refuse as the answer to a navigation
 * (https://github.com/GoogleChrome/workbox/issues/173).
 *
 * @param {Response} response
 */
const withoutRedirect = (response) => (response.redirected ? new Response(response.body, response) : response);

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
 * Whether a stored response is older than `maxAge` milliseconds. One from a future has a clock that was wrong.
 *
 * @param {Response} response
 * @param {number | undefined} maxAge
 * @param {number} now
 */
function isExpired({ headers }, maxAge, now) {
  const stored = Date.parse(headers.get(STORED_AT) ?? headers.get("Date") ?? "");
  return maxAge !== undefined && !(Math.abs(now - stored) <= maxAge);
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
 * @param {string} [name]  the cache's
 */
async function store(request, response, session, belongs, limit = RUNTIME_LIMIT, maxAge, name = RUNTIME_CACHE) {
  if (session !== signOuts) return;
  const cache = await caches.open(name);
  // Other failures, e.g. of a page that was left before all of it had come, say nothing about space.
  const full = await cache.put(request, stamped(response)).catch(({ name }) => name === "QuotaExceededError");
  await dropOldest(cache, (stored) => (full ? Math.ceil(stored / 2) : stored - limit), belongs);
  if (maxAge !== undefined) await dropExpired(cache, maxAge, belongs);
}
