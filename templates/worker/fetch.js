/**
 * What answers requests, in this order. A responder returns undefined for what is none of its business,
 * else what gives the answer, if there is one after all.
 *
 * @type {((event: FetchEvent) => (() => Promise<Response | undefined>) | undefined)[]}
 */
const responders = [];

/**
 * First and last byte of a Range header; null if there are none such, undefined if it asks for more than
 * one range or in another unit, which may be ignored (RFC 9110, section 14.2).
 *
 * @param {string} header
 * @param {number} size
 * @returns {[number, number] | null | undefined}
 */
function byteRange(header, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (!first && !last) return undefined;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  return start <= end ? [start, end] : null;
}

/**
 * The part of a whole response that a media element asks for; Safari plays nothing else
 * (https://github.com/GoogleChrome/workbox/issues/1663).
 *
 * @param {Response} response
 * @param {string} header
 */
async function partOf(response, header) {
  const blob = await response.blob();
  const range = byteRange(header, blob.size);
  const headers = new Headers(response.headers);
  headers.delete("Content-Length");
  headers.delete("Content-Encoding");
  if (range === undefined) return new Response(blob, { headers });
  headers.set("Content-Range", `bytes ${range ? range.join("-") : "*"}/${blob.size}`);
  if (!range) return new Response(null, { status: 416, headers });
  return new Response(blob.slice(range[0], range[1] + 1), { status: 206, headers });
}

/**
 * @param {Request} request
 * @param {(() => Promise<Response | undefined>)[]} answers
 * @returns {Promise<Response>}
 */
async function respond(request, answers) {
  const range = request.headers.get("Range");
  for (const answer of answers) {
    const response = await answer();
    if (response) return response.status === 200 && range ? partOf(response, range) : response;
  }
  return fetch(request);
}

self.addEventListener("fetch", (event) => {
  const answers = responders.flatMap((responder) => responder(event) ?? []);
  if (answers.length) event.respondWith(respond(event.request, answers));
});
