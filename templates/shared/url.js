// Which URLs somebody may be sent to.

/**
 * An absolute http(s) URL, or undefined for anything that nobody may be sent to.
 *
 * @param {unknown} url  relative ones are below BASE, the folder of sw.js
 * @returns {string | undefined}
 */
function resolveUrl(url) {
  try {
    const { href } = new URL(String(url), BASE);
    return /^https?:/.test(href) ? href : undefined;
  } catch {
    return;
  }
}
