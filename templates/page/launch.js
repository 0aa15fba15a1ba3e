/**
 * What the app was opened for beside its icon, as "launch" events: shared data, files, a link of its
 * protocol, a note, a shortcut. Each is told once, and waits for the first listener.
 */

/** @type {((url: string) => PwagenLaunch | null | undefined)[]} What a URL alone says it was opened for. */
const launchReaders = [
  (url) => {
    const found = CONFIG.launch.pages.find((page) => isSamePage(url, new URL(page.url, BASE).href));
    return found && { kind: found.kind, url };
  },
];

/** @type {((kept: KeptLaunch) => Promise<PwagenLaunch> | PwagenLaunch | null)[]} What was kept for this page. */
const launchTakers = [({ handles }) => (handles ? fileLaunch(handles) : null)];

/** @type {PwagenLaunch[]} */
const untoldLaunches = [];

let launchListened = false;

/**
 * Files that the browser opened with the app. One that is gone by now is left out.
 *
 * @param {readonly FileSystemFileHandle[]} handles
 * @returns {Promise<PwagenLaunch>}
 */
async function fileLaunch(handles) {
  const read = await Promise.allSettled(handles.map((handle) => handle.getFile()));
  const files = read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return { kind: "file", url: location.href, files, handles: [...handles] };
}

/** @param {PwagenLaunch} launch */
function tellLaunch(launch) {
  fillLaunchForms(launch);
  if (launchListened) emit("launch", launch);
  else untoldLaunches.push(launch);
}

/** Takes what the fragment names out of the store, so that no reload and no other window gets it again. */
async function takeKeptLaunch() {
  const id = /^#pwagen-launch=([\w-]+)$/.exec(location.hash)?.[1];
  if (!id) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  toldHere = true;
  /** @type {KeptLaunch | undefined} */
  let taken;
  await changeInDatabase("launches", (/** @type {KeptLaunch[]} */ kept = []) => {
    taken = kept.find((one) => one.id === id);
    return kept.filter((one) => one.id !== id);
  });
  if (!taken) throw namedError("UnknownError", "What the app was opened for could not be kept.");
  for (const take of launchTakers) {
    const launch = await take(taken);
    if (launch) tellLaunch(launch);
  }
}

topSteps.push(() => {
  takeKeptLaunch().catch(reportFailure);
  api.addEventListener = (/** @type {any[]} */ ...given) => {
    EventTarget.prototype.addEventListener.apply(api, /** @type {any} */ (given));
    if (given[0] !== "launch" || launchListened) return;
    launchListened = true;
    // After the page's script, which may add more than one.
    queueMicrotask(() => untoldLaunches.splice(0).forEach((launch) => emit("launch", launch)));
  };
});
