/**
 * "launch" events: whether the app may have been opened for something beside its icon. What that is, more/launch.js
 * reads. Each launch is told once, and waits for the first listener.
 */

/** @type {PwagenLaunch[]} */
const untoldLaunches = [];

let launchListened = false;

/** @param {PwagenLaunch} launch */
function tellLaunch(launch) {
  if (launchListened) emit("launch", launch);
  else untoldLaunches.push(launch);
}

/** Whether the page's URL may hold what was shared, or a link of the app's own protocol. */
function mayHoldLaunch() {
  const { href, searchParams } = new URL(location.href);
  const { share, protocols = [] } = CONFIG;
  const isShared = share?.method === "GET" && Object.values(share.params).some((name) => searchParams.has(name));
  // However the host writes the page's name.
  return isShared || protocols.some(({ url }) => href.includes(String(/[^?&]*(?=%s)/.exec(new URL(url, BASE).href))));
}

topSteps.push(() => {
  firstListenerSteps.launch = () => {
    launchListened = true;
    // After the page's script, which may add more than one.
    queueMicrotask(() => untoldLaunches.splice(0).forEach((launch) => emit("launch", launch)));
  };
  const { hash, href, pathname, search } = location;
  const queue = /** @type {LaunchQueueWindow} */ (window).launchQueue;
  // That a plain URL is a launch, the queue tells; without it, a window that nothing led to. A reload never is.
  const isPlain = !queue && isStandalone() && !document.referrer;
  const isLaunch = loading?.type === "navigate" && (isPlain || mayHoldLaunch());
  const keptId = /^#pwagen-launch=([\w-]+)$/.exec(hash)?.[1];
  if (keptId) history.replaceState(history.state, "", pathname + search);
  const opened = { href, isLaunch, keptId, isPlain };
  if (isLaunch || keptId) eventually(({ readLaunch }) => readLaunch(opened));
  queue?.setConsumer((params) => eventually(({ onLaunch }) => onLaunch(params, opened)));
});
