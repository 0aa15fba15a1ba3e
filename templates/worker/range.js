// Cuts out of a stored response what a media element asks for.

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
  if (!first && !last) return;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  return start <= end ? [start, end] : null;
}

/**
 * The part of a whole response that a request asks for; Safari plays nothing else
 * (https://github.com/GoogleChrome/workbox/issues/1663).
 *
 * @template {Response | undefined} T
 * @param {Request} request
 * @param {T} response
 * @returns {Promise<T | Response>}
 */
async function partOf(request, response) {
  const header = request.headers.get("Range");
  if (!header || response?.status !== 200) return response;
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
