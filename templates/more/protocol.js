/** Links of the app's own protocols, which the browser puts into a URL of the app. */

/**
 * The link in a URL; null if there is none, or one of another protocol: anybody can write such a URL.
 *
 * @param {string} url
 * @param {PwagenConfig["protocols"]} protocols
 * @returns {PwagenLaunch | null}
 */
function protocolLaunch(url, protocols) {
  for (const { protocol, url: template } of protocols) {
    const [start, end] = new URL(template, BASE).href.split("%s");
    if (!url.startsWith(start) || !url.endsWith(end)) continue;
    try {
      const link = decodeURIComponent(url.slice(start.length, url.length - end.length));
      if (link.toLowerCase().startsWith(protocol + ":")) return { kind: "protocol", protocol, url: link };
    } catch {
      // A malformed %
    }
  }
  return null;
}

launchReaders.push((url) => protocolLaunch(url, CONFIG.protocols));
