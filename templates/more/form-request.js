/** A form's body as a browser would send it (https://html.spec.whatwg.org/#form-submission-algorithm). */

/**
 * The body in the form's encoding; fetch adds the Content-Type.
 *
 * @param {FormData} fields
 * @param {string} encoding
 * @returns {FormData | URLSearchParams | string}
 */
function formBody(fields, encoding) {
  if (encoding === "multipart/form-data") return fields;
  // Files are sent by their names alone, and a line ends as it does in a form.
  const text = (/** @type {FormDataEntryValue} */ value) => (typeof value === "string" ? value : value.name).replace(/\r\n?|\n/g, "\r\n");
  const pairs = Array.from(fields, ([name, value]) => [text(name), text(value)]);
  return encoding === "text/plain" ? pairs.map((pair) => `${pair.join("=")}\r\n`).join("") : new URLSearchParams(pairs);
}
