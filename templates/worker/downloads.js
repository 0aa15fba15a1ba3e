// Keeps large files that the user has asked for, until they are not wanted any more. The browser fetches them
// in the background, or a page where it can't.

usedCaches.add(DOWNLOADS);

/** What may be stored, as far as pwagen.yaml tells. */
const DECLARED_URLS = new Set(CONFIG.downloads.flatMap(({ urls }) => urls.map(resolveUrl)));

/** @type {Set<string> | undefined} The URLs that are stored; undefined until that has been read. */
let downloadedUrls;

/** @returns {Promise<Record<string, DownloadRecord>>} */
async function downloadRecords() {
  /** @type {Record<string, DownloadRecord>} */
  const records = (await storeGet("downloads")) ?? {};
  const stored = Object.values(records).filter(({ state }) => state === "stored");
  downloadedUrls = new Set(stored.flatMap(({ urls }) => urls));
  return records;
}

/** @param {string} url */
async function downloaded(url) {
  if (!downloadedUrls) await downloadRecords();
  return downloadedUrls?.has(url) ? caches.match(url, { cacheName: DOWNLOADS, ignoreVary: true }) : undefined;
}

/**
 * Notes what became of a download and tells the pages. One that was removed meanwhile, or signed out
 * from, has no other end than that.
 *
 * @param {{ id: string, state: DownloadState, reason?: string, size?: number }} change  and what else a page has to say of it
 * @returns {Promise<WorkerAnswer>}
 */
async function noteDownload({ id, ...change }) {
  await storeUpdate("downloads", (/** @type {StoreValues["downloads"]} */ records = {}) => {
    const before = ownMember(records, id);
    const counts = before?.state === "active" || ["active", "none"].includes(change.state);
    return counts ? { ...records, [id]: { ...before, reason: undefined, size: 0, ...change } } : records;
  });
  await broadcast("download", { id, ...ownMember(await downloadRecords(), id) });
  return { done: true };
}

/** Ends what is under way, and drops what is stored: it may be one user's alone. */
async function dropDownloads() {
  for (const id of Object.keys(await downloadRecords())) {
    await noteDownload({ id, state: "none" });
    await (await self.registration.backgroundFetch?.get(id))?.abort();
  }
  await caches.delete(DOWNLOADS);
}

messageHandlers.download = ({ change }) => noteDownload(change);
addHook("sign-out", dropDownloads);

/**
 * Whether a request may be one for a stored file. A worker that has just been started doesn't know yet what
 * pages have started on their own: it asks for what is played or opened as a file, and leaves the rest,
 * which other listeners may be for.
 *
 * @param {string} file
 * @param {Pick<Request, "mode" | "headers">} request
 */
function mayBeDownloaded(file, { mode, headers }) {
  if (downloadedUrls || DECLARED_URLS.has(file)) return downloadedUrls?.has(file) !== false;
  return headers.has("Range") || (mode === "navigate" && /\.(?!html?$)\w+$/.test(new URL(file).pathname));
}

responders.push(({ request }) => {
  const file = request.url.split("#")[0];
  const isOurs = request.method === "GET" && file.startsWith(self.location.origin + "/") && mayBeDownloaded(file, request);
  if (!downloadedUrls) downloadRecords();
  const stored = () => downloaded(file);
  return isOurs ? { rule: "downloads", stored, answer: async () => partOf(request, await stored()) } : undefined;
});
