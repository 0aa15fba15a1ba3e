// Knows the URLs of pages that don't depend on their query: what is shared opens them.

/** What comes before and after the part of a URL that the system fills in; all of it where it fills in nothing. */
const LAUNCHES = CONFIG.launchUrls.map((url) => plainUrl(new URL(url, BASE).href).split("%s"));

isLaunch = (url) => {
  const plain = plainUrl(url);
  return LAUNCHES.some(([start, end]) => (end === undefined ? plain === start : plain.startsWith(start) && plain.endsWith(end)));
};
