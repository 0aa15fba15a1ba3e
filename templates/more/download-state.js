/** What is known of each download, in all tabs alike, and how elements show it. */

/** @type {Map<string, PwagenDownload>} */
const knownDownloads = new Map();

/** @param {string} id */
async function backgroundFetchOf(id) {
  const registration = await api.ready;
  return registration?.backgroundFetch?.get(id);
}

/**
 * @param {string} id
 * @returns {Promise<DownloadRecord | undefined>}
 */
async function downloadRecord(id) {
  return ownMember(await storeGet("downloads"), id);
}

/**
 * How a download really stands: a record of the last visit may be older than the browser's.
 *
 * @param {string} id
 * @returns {Promise<PwagenDownload>}
 */
async function readDownload(id) {
  const { state = "none", reason = undefined, size = 0, urls = [], begun = false } = (await downloadRecord(id)) ?? {};
  const none = { id, state: /** @type {PwagenDownloadState} */ ("none"), downloaded: 0, total: 0 };
  if (state === "active") {
    const fetching = await backgroundFetchOf(id);
    const { downloaded = 0, downloadTotal = 0 } = fetching ?? {};
    if (fetching || (await isFetchedByPage(id))) return { id, state, downloaded, total: downloadTotal };
    return begun ? readLostDownload(id) : none;
  }
  if (state === "stored") {
    // Browsers take their space back from sites that are seldom used.
    const found = await Promise.all(urls.map((url) => caches.match(url, { cacheName: DOWNLOADS, ignoreVary: true })));
    return found.every(Boolean) ? { id, state, downloaded: size, total: size } : none;
  }
  return { ...none, state, ...(reason && { reason: /** @type {PwagenErrorName} */ (reason) }) };
}

/**
 * What the browser had begun and doesn't have any more: fetched in vain if the worker was stopped while it
 * took it over. But it may just be over.
 *
 * @param {string} id
 * @returns {Promise<PwagenDownload>}
 */
async function readLostDownload(id) {
  await askWorker({ pwagen: "version" }); // By its answer it has heard of the end, too.
  const isEnding = await isFetchedByPage(id);
  if ((await downloadRecord(id))?.state !== "active") return readDownload(id);
  return isEnding
    ? { id, state: "active", downloaded: 0, total: 0 }
    : { id, state: "failed", downloaded: 0, total: 0, reason: "UnknownError" };
}

/**
 * @param {string} id
 * @param {Partial<PwagenDownload>} news
 */
function tellDownload(id, news) {
  const download = { state: "none", downloaded: 0, total: 0, ...knownDownloads.get(id), reason: undefined, ...news, id };
  knownDownloads.set(id, /** @type {PwagenDownload} */ (download));
  addDownloadControl(id);
  emit("download", download);
  if (knownStates[`download:${id}`] === download.state) renderAttributes();
  else refreshStates();
}

/** @param {string} id */
function addDownloadControl(id) {
  if (controls.has(`download:${id}`)) return;
  controls.set(`download:${id}`, {
    state: () => knownDownloads.get(id)?.state ?? "none",
    act(state, element) {
      if (element.dataset.pwagen === "download-remove") return removeDownload(id);
      return state === "active" ? abortDownload(id) : startDownload(id);
    },
    show(element, state) {
      const role = element.dataset.pwagen;
      if (role === "download") showIfUseful(element, state !== "stored");
      if (role === "download-remove") showIfUseful(element, state === "stored");
      if (role === "download-progress") showDownloadProgress(element, /** @type {PwagenDownload} */ (knownDownloads.get(id)));
    },
  });
}

/**
 * @param {HTMLElement} element  a <progress>, or anything for the percentage
 * @param {PwagenDownload} download
 */
function showDownloadProgress(element, { state, downloaded, total }) {
  showIfUseful(element, state === "active");
  if (!(element instanceof HTMLProgressElement)) {
    set(element, "textContent", total ? `${Math.floor((100 * downloaded) / total)} %` : "");
  } else if (total) {
    set(element, "max", total);
    set(element, "value", downloaded);
  } else {
    setAttribute(element, "value", null); // It moves without saying how far.
  }
}
