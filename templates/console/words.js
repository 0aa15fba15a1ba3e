/** Times and browsers as people name them. */

/** @param {number} seconds  Since 1970. */
export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

// The first that fits: most claim to be most of those below them, too.
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["SamsungBrowser/", "Samsung Internet"],
  ["Firefox/", "Firefox"],
  ["FxiOS/", "Firefox"],
  ["CriOS/", "Chrome"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
];
const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
];

/**
 * A browser's name for the eye; nothing depends on it. "" if it did not say.
 *
 * @param {string} userAgent
 */
export function browserName(userAgent) {
  const [browser, system] = [BROWSERS, SYSTEMS].map((table) => table.find(([mark]) => userAgent.includes(mark))?.[1]);
  return [browser, system].filter(Boolean).join(" on ");
}
