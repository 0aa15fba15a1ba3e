// Finds the language that fits best.

/**
 * Of values by language tag the one that fits best: what the first language finds that finds any, itself
 * or shortened from the end (RFC 4647, section 3.4: de-AT finds de), else any variety of it (en finds
 * en-GB). Else the first, which is the app's own.
 *
 * @template T
 * @param {Record<string, T>} values
 * @param {(string | undefined)[]} wanted
 * @returns {T}
 */
function inLanguage(values, wanted) {
  const tags = Object.keys(values);
  for (const language of wanted) {
    for (let range = (language ?? "").trim().toLowerCase(); range; range = range.replace(/(-[^-])?(^|-)[^-]*$/, "")) {
      const starts = (/** @type {string} */ tag) => !range.includes("-") && tag.toLowerCase().startsWith(range + "-");
      const found = tags.find((tag) => tag.toLowerCase() === range) ?? tags.find(starts);
      if (found) return values[found];
    }
  }
  return values[tags[0]];
}
