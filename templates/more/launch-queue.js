/** Launches as the browser tells of them (https://wicg.github.io/web-app-launch/#launchqueue-interface). */

/** Whether this page has told what it was opened for: the browser tells it, too, before the page has loaded. */
let toldHere = false;

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
 * @param {boolean} isEarly  the page had not loaded
 */
async function onLaunch({ targetURL, files: handles = [] }, isEarly) {
  const url = targetURL || location.href;
  const here = isSamePage(url, location.href);
  const told = here && toldHere && isEarly;
  toldHere = false;
  if (told && !handles.length) return;
  /** @type {PwagenLaunch} */
  const launch = handles.length ? { ...(await fileLaunch(handles)), url } : (launchAt(url) ?? { kind: "url", url });
  if (here || !CONFIG.launch.focusExisting) useLaunch(launch);
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
  location.assign(target);
}

/**
 * What the page itself was opened for.
 *
 * @param {{ url?: string, keptId?: string, isPlain: boolean }} opened
 */
async function readLaunch({ url, keptId, isPlain }) {
  if (keptId) await takeKeptLaunch(keptId);
  const launch = url && launchAt(url);
  if (launch && (launch.kind === "share" || launch.kind === "protocol" || isPlain)) {
    toldHere = true;
    useLaunch(launch);
  }
}

Object.assign(parts, { readLaunch, onLaunch });
