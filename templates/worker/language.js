// Finds what is written in the user's language.

/**
 * Of values by language the user's: in the language of the page that was open last, else in the browser's,
 * else in the app's own.
 *
 * @template T
 * @param {Record<string, T>} values
 */
async function inUsersLanguage(values) {
  return inLanguage(values, [await storeGet("language"), ...navigator.languages]);
}
