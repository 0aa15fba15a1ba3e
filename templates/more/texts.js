/** What users read, in the page's language: a text that this doesn't have is in the app's own, or in English. */

/**
 * @param {string} name
 * @param {unknown} [cause]
 * @returns {string}
 */
function sentence(name, cause) {
  const { message = "" } = /** @type {Partial<Error>} */ (Object(cause));
  const text = inLanguage(TEXTS.languages, [document.documentElement.lang])?.[name] ?? TEXTS.english[name] ?? name;
  return name === "UnknownError" && message ? `${text} (${message})` : text;
}

// The last part: by this register.js knows that all of them are there.
Object.assign(parts, { sentence });
