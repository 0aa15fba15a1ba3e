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
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A member that the object itself has: "constructor" from a push message must not find Object's.
 *
 * @param {unknown} object
 * @param {string} name
 * @returns {any}
 */
function ownMember(object, name) {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}
