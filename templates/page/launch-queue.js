/** Launches as the browser tells of them (https://wicg.github.io/web-app-launch/#launchqueue-interface). */

/** Whether this page has told what it was opened for, until it has loaded: the browser tells it, too. */
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
 * @param {{targetURL?: string | null, files?: readonly FileSystemFileHandle[]}} params
 */
async function onLaunch({ targetURL, files: handles = [] }) {
  const url = targetURL || location.href;
  const here = isSamePage(url, location.href);
  const told = here && toldHere;
  toldHere = false;
  if (told && !handles.length) return;
  /** @type {PwagenLaunch} */
  const launch = handles.length ? { ...(await fileLaunch(handles)), url } : (launchAt(url) ?? { kind: "url", url });
  if (here || !CONFIG.launch.focusExisting) tellLaunch(launch);
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

topSteps.push(() => {
  const queue = /** @type {LaunchQueueWindow} */ (window).launchQueue;
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const launch = launchAt(location.href);
  // A reload is no launch. That a plain URL is one, the queue tells; without it, a window that nothing led to.
  const plain = !queue && isStandalone() && !document.referrer;
  if (launch && navigation?.type === "navigate" && (launch.kind === "share" || launch.kind === "protocol" || plain)) {
    toldHere = true;
    tellLaunch(launch);
  }
  addEventListener("load", () => (toldHere = false), { once: true });
  queue?.setConsumer((params) => onLaunch(params).catch(reportFailure));
});
