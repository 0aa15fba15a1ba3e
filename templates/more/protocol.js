/** Links of the app's own protocols, which the browser puts into a URL of the app. */

/**
 * The link in a URL; null if there is none, or one of another protocol: anybody can write such a URL.
 *
 * @param {string} url
 * @param {PwagenConfig["protocols"]} protocols
 * @returns {PwagenLaunch | null}
 */
function protocolLaunch(url, protocols) {
  const plain = plainUrl(url);
  for (const { protocol, url: template } of protocols) {
    const [start, end] = plainUrl(new URL(template, BASE).href).split("%s");
    if (!plain.startsWith(start) || !plain.endsWith(end)) continue;
    try {
      const link = decodeURIComponent(plain.slice(start.length, plain.length - end.length));
      if (link.toLowerCase().startsWith(protocol + ":")) return { kind: "protocol", protocol, url: link };
    } catch {
      // A malformed %
    }
  }
  return null;
}

launchReaders.push((url) => protocolLaunch(url, CONFIG.protocols));
