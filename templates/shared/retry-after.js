// When a server wants to be asked again.

/**
 * How long a server asks to be left alone, in milliseconds; 0 if it doesn't.
 *
 * @param {string | null | undefined} header  Seconds or a date (RFC 9110, section 10.2.3).
 * @param {number} now
 */
function retryAfterMilliseconds(header, now) {
  const text = (header || "").trim();
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return milliseconds > 0 ? milliseconds : 0;
}
