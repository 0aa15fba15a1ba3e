/** What the app was opened for beside its icon: shared data, files, a link of its protocol, a note, a shortcut. */

/** @type {((url: string) => PwagenLaunch | null | undefined)[]} What a URL alone says it was opened for. */
const launchReaders = [
  (url) => {
    const page = CONFIG.launch.pages.find((page) => isSamePage(url, new URL(page.url, BASE).href));
    return page && { kind: page.kind, url };
  },
];

/** @type {((kept: KeptLaunch) => Promise<PwagenLaunch> | PwagenLaunch | null)[]} What was kept for this page. */
const launchTakers = [({ handles }) => (handles ? fileLaunch(handles) : null)];

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
function useLaunch(launch) {
  fillLaunchForms(launch);
  tellLaunch(launch);
}

/**
 * Takes what the fragment named out of the store, so that no reload and no other window gets it again.
 *
 * @param {string} id
 */
async function takeKeptLaunch(id) {
  /** @type {KeptLaunch | undefined} */
  let taken;
  await changeInDatabase("launches", (/** @type {KeptLaunch[]} */ kept = []) => {
    taken = kept.find((one) => one.id === id);
    return kept.filter((one) => one.id !== id);
  });
  if (!taken) throw await namedError("UnknownError", "What the app was opened for could not be kept.");
  for (const take of launchTakers) {
    const launch = await take(taken);
    if (launch) useLaunch(launch);
  }
}
