/** Where a click on a notification leads, in the window that the worker has brought to the front. */

/** How long a window that was focused may take to be seen, in milliseconds. */
const SHOWN_TIME_LIMIT = 1000;

/**
 * Goes where a click leads, once this window is seen: Firefox brings it to the front a moment after focus() has
 * resolved, and never if it leaves meanwhile.
 *
 * @param {string} url
 */
async function goTo(url) {
  const target = resolveUrl(url);
  if (!target || new URL(target).origin !== location.origin) return;
  if (document.hidden) {
    await new Promise((resolve) => {
      addEventListener("visibilitychange", resolve, { once: true });
      setTimeout(resolve, SHOWN_TIME_LIMIT);
    });
  }
  const { hash } = new URL(target);
  if (!isSamePage(target, location.href)) location.assign(target);
  else if (hash) location.hash = hash;
}

workerNews.navigate = ({ url }) => goTo(String(url));
