// Stands in where neither the network nor the store has an answer.

/** Files that stand in, by what a request is for. */
const FALLBACKS = /** @type {Record<string, string | undefined>} */ ({ page: CONFIG.offline.page, ...CONFIG.offline.fallbacks });

/**
 * What a request is for: "page", "json", or its destination.
 *
 * @param {Pick<Request, "url" | "mode" | "destination" | "headers">} request
 */
function purposeOf({ url, mode, destination, headers }) {
  if (mode === "navigate") return "page";
  return !destination && /\bjson\b/.test(headers.get("Accept") + new URL(url).pathname) ? "json" : destination;
}

/**
 * The file that stands in for an answer that can't be had.
 *
 * @param {string} [purpose]
 */
async function fallback(purpose = "") {
  const file = urlOfPath(FALLBACKS[purpose] ?? "");
  const entry = FALLBACKS[purpose] && precachedEntry(file);
  const response = entry && (await precachedResponse(entry, file));
  if (!response) return Response.error();
  // The page is for any URL: hence the base, for its relative links.
  const base = `$&<base href="${BASE}">`;
  const body = purpose === "page" ? (await response.text()).replace(/<head[^>]*>/i, base) : response.body;
  // Not 200: a prefetch or a script must not take it for what was asked for.
  return new Response(body, { status: 503, statusText: "Offline", headers: response.headers });
}
