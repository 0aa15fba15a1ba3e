// Looks into values that nobody has checked.

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
