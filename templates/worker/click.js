// Where a click leads, and how the user gets there.

/**
 * Where a click leads: where the message says for this action, else where pwagen.yaml says, else where
 * the notification's body leads.
 *
 * @param {unknown} data  notification.data, of anybody's notification
 * @param {string} action  "" for the body
 * @returns {ClickTarget}
 */
function clickTarget(data, action) {
  const { targets: configured, click } = CONFIG.notifications;
  const own = ownMember(ownMember(data, "pwagen"), "targets");
  return ownMember(own, action) ?? ownMember(configured, action) ?? ownMember(own, "") ?? click;
}

/**
 * A URL that a click may open: our origin's or that of a listed one; undefined for all others.
 *
 * @param {unknown} url
 * @returns {string | undefined}
 */
function allowedUrl(url) {
  const resolved = resolveUrl(url);
  // Resolved as well, since pwagen.yaml may have capitals, a default port or letters beyond ASCII in them.
  const tops = [self.location.origin, ...CONFIG.notifications.allowedOrigins].map(resolveUrl);
  return tops.some((top) => top && resolved?.startsWith(top)) ? resolved : undefined;
}

/**
 * The window to bring to a URL: one that shows it, then one that shows the page with another query, then
 * the last used. Only a controlled window can be navigated, but any can be shown.
 *
 * @template {{ url: string }} T
 * @param {string} url
 * @param {T[]} windows  the last focused first
 * @param {(window: T) => boolean} isControlled
 * @returns {T | undefined}
 */
function windowFor(url, windows, isControlled) {
  const path = (/** @type {string} */ href) => href.split(/[?#]/)[0];
  const controlled = url.startsWith(self.location.origin + "/") ? windows.filter(isControlled) : [];
  return (
    windows.find((window) => window.url === url) ??
    controlled.find((window) => path(window.url) === path(url)) ??
    controlled[0]
  );
}

/**
 * Opens a new window. iOS may open the start page instead when it starts the app for the click
 * (https://github.com/firebase/firebase-js-sdk/issues/7698), so the page finds the URL in the store.
 *
 * @param {string} url
 */
async function openWindowAt(url) {
  const noted = storeUpdate("pendingUrl", () => ({ url, at: Date.now() }));
  const opened = await self.clients.openWindow(url);
  await noted;
  if (opened?.url === url) await storeUpdate("pendingUrl", () => undefined);
}

/**
 * Brings the user to a URL. The order matters: focus first, since navigating uses up the time in which
 * a click allows it (https://github.com/openclaw/openclaw/issues/127462).
 *
 * @param {string} url
 */
async function goTo(url) {
  const windows = await appWindows();
  const controlled = new Set((await self.clients.matchAll({ type: "window" })).map(({ id }) => id));
  const found = windowFor(url, windows, ({ id }) => controlled.has(id));
  try {
    const focused = await found?.focus();
    if (focused && focused.url !== url) await focused.navigate(url);
    if (focused) return;
  } catch {
    // Gone, or the browser doesn't allow it: a new window then.
  }
  try {
    await openWindowAt(url);
  } catch {
    // Nor that, because focus() was this click's one act: the page goes there itself.
    found?.postMessage({ pwagen: "navigate", detail: { url } });
  }
}
