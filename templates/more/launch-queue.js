/** Launches as the browser tells of them (https://wicg.github.io/web-app-launch/#launchqueue-interface). */

/**
 * Whether the browser may still tell what this page was opened for, which the page reads itself as well. That
 * may come at any time: before this script, or long after the page where the browser is busy.
 */
let isOpeningAwaited = true;

/** @type {Promise<boolean> | undefined} */
let reading;

/** @param {string} url */
function launchAt(url) {
  for (const read of launchReaders) {
    const launch = read(url);
    if (launch) return launch;
  }
  return null;
}

/**
 * Files, a protocol's link, or a URL. With "focus-existing" the browser leaves this page where it is: it
 * goes to the URL itself unless a listener calls preventDefault(), as an app of one page would.
 *
 * @param {LaunchParams} params
 * @param {OpenedPage} opened
 */
async function onLaunch({ targetURL, files: handles = [] }, opened) {
  const { focusExisting } = CONFIG.launch;
  const url = targetURL || location.href;
  // A page that goToLaunch() led to was opened for a launch that is told already.
  const isLedHere = focusExisting && document.referrer.startsWith(`${location.origin}/`);
  const isOpening = isOpeningAwaited && !isLedHere && isSamePage(url, opened.href);
  isOpeningAwaited = false;
  if (isOpening && !handles.length && (await readLaunch(opened).catch(() => true))) return;
  /** @type {PwagenLaunch} */
  const launch = handles.length ? { ...(await fileLaunch(handles)), url } : (launchAt(url) ?? { kind: "url", url });
  // By now an app of one page may show another URL than it was opened at.
  if (isOpening || !focusExisting || isSamePage(url, location.href)) useLaunch(launch);
  else if (emit("launch", launch)) await goToLaunch(url, [...handles]);
}

/**
 * @param {string} url
 * @param {FileSystemFileHandle[]} handles
 */
async function goToLaunch(url, handles) {
  const target = new URL(url);
  if (handles.length) {
    const kept = { id: crypto.randomUUID(), at: Date.now(), handles };
    await changeInDatabase("launches", (/** @type {KeptLaunch[]} */ others = []) => [...others, kept]);
    target.hash = `pwagen-launch=${kept.id}`;
  }
  // A link, since only that gets round a site's own "no-referrer".
  Object.assign(document.createElement("a"), { href: target.href, target: "_self", referrerPolicy: "same-origin" }).click();
}

/**
 * Tells what the page itself was opened for, once, and returns whether there was something to tell.
 *
 * @param {OpenedPage} opened
 * @returns {Promise<boolean>}
 */
function readLaunch(opened) {
  return (reading ??= tellOpening(opened));
}

/** @param {OpenedPage} opened */
async function tellOpening({ href, isLaunch, keptId, isPlain }) {
  if (keptId) {
    await takeKeptLaunch(keptId);
    return true;
  }
  const launch = isLaunch && launchAt(href);
  if (!launch || !(launch.kind === "share" || launch.kind === "protocol" || isPlain)) return false;
  useLaunch(launch);
  return true;
}

Object.assign(parts, { readLaunch, onLaunch });
