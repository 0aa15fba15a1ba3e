/**
 * After an update all tabs move to the new build together, once.
 *
 * The new worker takes every tab over at the same moment (controllerchange). A tab then reloads, unless
 * - this was the first installation, or another worker's script was replaced: the page is not an older build of ours;
 * - there is no network, and what the tab shows might not be stored;
 * - the user has typed something, or the page is the answer to a POST (the tab offers the update instead, and
 *   goes to its address when that is accepted);
 * - a listener of the "update" event prevents it;
 * - it has done so within the last minute without being asked, which is how a loop would look: two servers
 *   that answer with different builds in turn, for instance.
 * The tab in which the update was accepted reloads in any case, but with something typed, also since then, not
 * before it is accepted there once more.
 */

const RELOAD_PAUSE = 60_000;
const RELOAD_KEY = `pwagen-reload:${new URL(BASE).pathname}`;

/** The user has accepted the update in this tab. */
let reloadWanted = false;

/** The user has accepted it, and was told that this would lose what is typed. */
let reloadHeld = false;
let reloading = false;

/** The page shows an older build than the worker that controls it. */
let pageOutdated = false;

function moveToNewBuild() {
  if (reloading) return;
  pageOutdated = true;
  const dirty = hasUnsavedInput();
  const agreed = reloadWanted && (reloadHeld || !dirty);
  // Typed while the new build was on its way: nobody has agreed to lose that.
  reloadHeld ||= reloadWanted && dirty;
  reloadWanted = agreed;
  if (agreed || (emit("update", { state: "applied", dirty }) && !dirty && navigator.onLine && mayReloadUnasked(Date.now()))) reloadPage();
  else refreshStates();
}

/** How this page was asked for. */
const loading = /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0]);

/**
 * Shows the new build's page. Where the worker hasn't seen what this one was asked for with, or has seen a
 * POST, by GET: location.reload() would send a POST again.
 */
function reloadPage() {
  reloading = true;
  if (loading?.workerStart && !isPostAnswer) return location.reload();
  const { href, hash } = location;
  // Where there is a fragment, the same address would only be scrolled to.
  if (hash) history.replaceState(history.state, "", "?");
  location.replace(href);
}

/**
 * Whether the tab hasn't just reloaded by itself, which it notes. Without storage a loop could not be noticed, so
 * the answer is no.
 *
 * @param {number} now  in milliseconds
 */
function mayReloadUnasked(now) {
  try {
    if (Math.abs(now - Number(sessionStorage.getItem(RELOAD_KEY))) < RELOAD_PAUSE) return false;
    sessionStorage.setItem(RELOAD_KEY, String(now));
    return true;
  } catch {
    return false;
  }
}

startSteps.push(() => {
  const container = workerContainer();
  if (!container) return;
  let previous = container.controller;
  container.addEventListener("controllerchange", () => {
    const updated = sameScript(previous) && sameScript(container.controller);
    previous = container.controller;
    if (updated || reloadWanted) moveToNewBuild();
  });
});
