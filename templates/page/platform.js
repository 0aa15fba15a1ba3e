/** What kind of device and window this is, as far as no API tells. */

/**
 * iPhone, iPod or iPad; an iPad calls itself a Mac, but no Mac has a touch screen.
 *
 * @param {{userAgent: string, platform?: string, maxTouchPoints?: number}} device
 */
function isIos({ userAgent, platform, maxTouchPoints = 0 }) {
  return /iPad|iPhone|iPod/.test(userAgent) || (platform === "MacIntel" && maxTouchPoints > 1);
}

/**
 * Whether an iOS browser can put the app on the Home Screen and push to it there: from 16.4 on, in
 * Safari and in browsers that name it. The windows that other apps open for links don't.
 *
 * @param {string} userAgent
 */
function canAddToHomeScreen(userAgent) {
  if (!/Safari\//.test(userAgent)) return false;
  const version = /(?:OS|Version\/)\s?(\d+)[._](\d+)/.exec(userAgent.replace(/Mac OS X [\d_.]+/, ""));
  const [major, minor] = version ? version.slice(1).map(Number) : [0, 0];
  return major > 16 || (major === 16 && minor >= 4);
}

/** Whether the page runs as an installed app: in its own window rather than in a browser's tab. */
function isStandalone() {
  const modes = ["standalone", "fullscreen", "minimal-ui", "window-controls-overlay"];
  // A browser's full-screen mode matches "fullscreen" too.
  return (
    (/** @type {{standalone?: boolean}} */ (navigator)).standalone === true ||
    (!document.fullscreenElement && modes.some((mode) => matchMedia(`(display-mode: ${mode})`).matches))
  );
}
