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
 * The offline page for any address: with a base for its relative links, and where pwagen has made it with absolute
 * ones, since a Content-Security-Policy may forbid the base. In bytes: it may be in any encoding of ASCII and more.
 *
 * @param {ArrayBuffer} page
 * @param {boolean} isUnsent  it is to say that a form was not sent
 */
function pageAnywhere(page, isUnsent) {
  const text = Array.from(new Uint8Array(page), (byte) => String.fromCharCode(byte)).join("");
  const [start] = /^[^]*?<head(?=[\s>])[^>]*>/i.exec(text) ?? /^\s*(<!doctype[^>]*>\s*)?(<html(?=[\s>])[^>]*>)?/i.exec(text) ?? [""];
  let rest = text.slice(start.length);
  if (/name="generator" content="pwagen"/.test(rest)) rest = rest.replace(/ (href|src)="(?![a-z]+:|[/#])/g, `$&${BASE}`);
  if (isUnsent) rest = rest.replace("hidden data-pwagen-unsent", "data-pwagen-unsent");
  return Uint8Array.from(`${start}<base href="${BASE}">${rest}`, (letter) => letter.charCodeAt(0));
}

/**
 * The file that stands in for an answer that can't be had. A part may choose another.
 *
 * @param {string} [purpose]
 * @param {boolean} [isUnsent]  the page is to say that a form was not sent
 */
let fallback = async (purpose = "", isUnsent = false) => {
  const file = urlOfPath(FALLBACKS[purpose] ?? "");
  const entry = FALLBACKS[purpose] && precachedEntry(file);
  const response = entry && (await precachedResponse(entry, file));
  if (!response) return Response.error();
  const body = purpose === "page" ? pageAnywhere(await response.arrayBuffer(), isUnsent) : response.body;
  // Not 200: a prefetch or a script must not take it for what was asked for.
  return new Response(body, { status: 503, statusText: "Offline", headers: response.headers });
};
