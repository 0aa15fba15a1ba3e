// Fetches a URL anew, and keeps what it answers.

/** How long one URL may take, in milliseconds. */
const REFRESH_TIME_LIMIT = 30000;

/**
 * What asks the server for something newer than a stored response alone, so that the rest costs a 304.
 *
 * @param {Response | undefined} stored
 * @returns {RequestInit}
 */
function ifNewerThan(stored) {
  const [etag, modified] = ["ETag", "Last-Modified"].map((name) => stored?.headers.get(name));
  if (etag) return { cache: "no-store", headers: { "If-None-Match": etag } };
  return modified ? { cache: "no-store", headers: { "If-Modified-Since": modified } } : { cache: "no-cache" };
}

/**
 * The URL's content from the server, also kept for when there is no network.
 *
 * @param {string} url
 * @returns {Promise<string>}
 */
async function refreshUrl(url) {
  const request = new Request(new URL(url, BASE));
  const session = signOuts;
  const cached = (/** @type {string} */ cacheName) => caches.match(request, { cacheName });
  const stored = (await cached(RUNTIME_CACHE + DATA)) ?? (await cached(RUNTIME_CACHE));
  const response = await fetch(request, { ...ifNewerThan(stored), signal: AbortSignal.timeout(REFRESH_TIME_LIMIT) });
  if (stored && response.status === 304) return stored.text();
  if (!response.ok) throw new Error(`${request.url} answered with status ${response.status}`);
  // It replaces itself, and pushes out nothing else.
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // A page that varies is not the one that a script gets.
  const varies = isPage && /[^\s,]/.test((response.headers.get("Vary") ?? "").replace(/accept-encoding/i, ""));
  if (isStorable(request, response) && !varies) {
    await store(request, response.clone(), session, (url) => url === request.url, undefined, undefined, RUNTIME_CACHE + (isPage ? "" : DATA));
  }
  return response.text();
}
