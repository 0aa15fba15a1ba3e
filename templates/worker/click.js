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

/** How long a window may take to say where it is, in milliseconds: a click allows acts for a second or more. */
const WINDOW_TIME_LIMIT = 500;

/**
 * @typedef {object} ShownWindow
 * @property {WindowClient} client
 * @property {string} url  where it is now, if it says so: client.url is where it began (w3c/ServiceWorker#1515)
 * @property {boolean} [unsaved]  there if the page has answered
 * @property {boolean} isControlled
 */

/** @returns {Promise<ShownWindow[]>} The last focused first. */
async function shownWindows() {
  const controlled = new Set((await self.clients.matchAll({ type: "window" })).map(({ id }) => id));
  const windows = (await appWindows()).map(async (client) => {
    const shown = { client, url: client.url, isControlled: controlled.has(client.id) };
    return { ...shown, ...(await askPage(client, WINDOW_TIME_LIMIT)) };
  });
  return Promise.all(windows);
}

/**
 * The window to bring to a URL: one that shows it, then one that shows the page with another query, then
 * the last used. Any can be shown; it leaves its page if nothing typed is lost, by itself or if it is controlled.
 *
 * @template {Pick<ShownWindow, "url" | "unsaved" | "isControlled">} T
 * @param {string} url
 * @param {T[]} windows  the last focused first
 * @returns {T | undefined}
 */
function windowFor(url, windows) {
  const path = (/** @type {string} */ href) => href.split(/[?#]/)[0];
  const mayLeave = (/** @type {T} */ { unsaved, isControlled }) => !unsaved && (unsaved === false || isControlled);
  const free = url.startsWith(self.location.origin + "/") ? windows.filter(mayLeave) : [];
  return (
    windows.find((window) => window.url === url) ??
    windows.find((window) => isSamePage(window.url, url)) ??
    free.find((window) => path(window.url) === path(url)) ??
    free[0]
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
  const shown = windowFor(url, await shownWindows());
  const order = { pwagen: "navigate", detail: { url } };
  try {
    const focused = await shown?.client.focus();
    // A page that has answered knows what there is to do to be there.
    if (focused && shown?.unsaved !== undefined) focused.postMessage(order);
    else if (focused && !isSamePage(focused.url, url)) await focused.navigate(url);
    if (focused) return;
  } catch {
    // Gone, or the browser doesn't allow it: a new window then.
  }
  try {
    await openWindowAt(url);
  } catch {
    // Nor that, because focus() was this click's one act: the page goes there itself.
    shown?.client.postMessage(order);
  }
}
