/** Large files for a time without a network, and how all tabs learn of them. */

/** @type {Map<string, BackgroundFetchRegistration>} Kept, or they would tell nothing any more. */
const watchedFetches = new Map();

/**
 * Has the worker note what became of a download, and tell all tabs.
 *
 * @param {{ id: string } & Partial<DownloadRecord>} change
 */
async function noteDownload(change) {
  if (!(await askWorker({ pwagen: "download", change }))) throw await namedError("RegistrationError");
}

/** @param {string} id */
async function abortDownload(id) {
  const fetching = await backgroundFetchOf(id);
  if (fetching) await fetching.abort();
  else await noteDownload({ id, state: "aborted" });
}

/** @param {string} id */
async function removeDownload(id) {
  const { urls = [] } = (await downloadRecord(id)) ?? {};
  await noteDownload({ id, state: "none" });
  await (await backgroundFetchOf(id))?.abort();
  await deleteDownloaded(urls);
}

/**
 * Follows what the browser fetches in the background.
 *
 * @param {string} id
 */
async function watchDownload(id) {
  const fetching = await backgroundFetchOf(id);
  if (!fetching) return;
  watchedFetches.set(id, fetching);
  fetching.onprogress = () => {
    const { downloaded, downloadTotal: total } = fetching;
    if (knownDownloads.get(id)?.state === "active") tellDownload(id, { downloaded, total });
  };
}

/** @param {{ id: string } & Partial<PwagenDownload & DownloadRecord>} news  of the worker */
function noteDownloadNews({ id, state = "none", reason, size = 0 }) {
  if (state !== "active") pageFetches.get(id)?.abort(state);
  const goesOn = state === knownDownloads.get(id)?.state;
  tellDownload(id, { state, reason, ...(!goesOn && { downloaded: size, total: size }) });
  if (state === "active") watchDownload(id).catch(reportFailure);
}

/** Shows what earlier visits have left; what pwagen.yaml doesn't name any more, or names otherwise, is dropped. */
async function resumeDownloads() {
  /** @type {Record<string, DownloadRecord>} */
  const records = (await storeGet("downloads")) ?? {};
  for (const [id, { urls, declared }] of Object.entries(records)) {
    const now = CONFIG.downloads.find((one) => one.id === id);
    if (declared && absoluteUrls(now?.urls ?? []).join() !== urls.join()) await removeDownload(id);
  }
  for (const id of new Set([...CONFIG.downloads.map((one) => one.id), ...Object.keys(records)])) {
    tellDownload(id, await readDownload(id));
    await watchDownload(id);
  }
}

Object.assign(parts, {
  noteDownloadNews,
  resumeDownloads,
  downloads: {
    start: startDownload,
    state: async (/** @type {string} */ id) => (await readDownload(id)).state,
    abort: abortDownload,
    remove: removeDownload,
  },
});
