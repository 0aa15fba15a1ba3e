// Stores the files of this build at installation, and removes those of others.

const PRECACHE = CACHE_PREFIX + "precache";

/** Files that are fetched at a time: enough to keep the connection busy, and the page's own requests alive. */
const PRECACHE_PARALLEL = 16;

/** @typedef {OfflineConfig["precache"][number]} PrecacheEntry */

usedCaches.add(PRECACHE);

/** @param {string} path  as on disk, below the base folder */
function urlOfPath(path) {
  return BASE + path.split("/").map(encodeURIComponent).join("/");
}

/**
 * Where an entry is stored. The content's hash is part of it: an update fetches only what has changed,
 * and the old version keeps its own files for as long as it runs.
 *
 * @param {PrecacheEntry} entry
 */
function precacheKey([path, hash]) {
  return `${urlOfPath(path)}?pwagen=${encodeURIComponent(hash)}`;
}

/**
 * Fetches a file and verifies it. An old copy from the browser's own cache is as good as any if the hash
 * is right; if it isn't, the second try goes to the server.
 *
 * @param {PrecacheEntry} entry
 */
async function fetchEntry([path, hash]) {
  const { verify } = CONFIG.offline;
  const integrity = verify ? `sha256-${hash}` : "";
  for (const cache of /** @type {RequestCache[]} */ (verify ? ["default", "reload"] : ["reload"])) {
    const response = await fetch(urlOfPath(path), { integrity, cache }).catch(() => undefined);
    if (response?.status === 200) return response;
  }
  const { status } = await fetch(urlOfPath(path), { cache: "no-store" }).catch(() => ({ status: 0 }));
  throw new Error(status === 200 ? "it is not the file that was built" : status ? `status ${status}` : "it can't be reached");
}

/**
 * @param {Cache} cache
 * @param {PrecacheEntry} entry
 */
async function addEntry(cache, entry) {
  const put = async () => cache.put(precacheKey(entry), withoutRedirect(await fetchEntry(entry)));
  try {
    await put();
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "QuotaExceededError") throw error;
    await dropOldest(await caches.open(RUNTIME_CACHE), (stored) => stored); // What was met can be met again.
    await put();
  }
}

/** Nothing was stored before this version. A worker that was stopped after its installation no longer knows. */
let isFirst = false;

/** Stores what isn't stored yet. Rejects if a required file can't be had: the old version stays then. */
async function precache() {
  const cache = await caches.open(PRECACHE);
  const stored = new Set((await cache.keys()).map(({ url }) => url));
  isFirst = !stored.size;
  const queue = CONFIG.offline.precache.filter((entry) => !stored.has(precacheKey(entry))).values();
  const fetchQueue = async () => {
    for (const entry of queue) {
      try {
        await addEntry(cache, entry);
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        if (entry[2]) throw new Error(`${urlOfPath(entry[0])}: ${message}`, { cause: error });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: PRECACHE_PARALLEL }, fetchQueue));
  } catch (error) {
    await broadcast("error", { name: "RegistrationError", message: /** @type {Error} */ (error).message });
    throw error;
  }
}

/** Removes files of earlier versions. */
async function deleteOldEntries() {
  const cache = await caches.open(PRECACHE);
  const listed = new Set(CONFIG.offline.precache.map(precacheKey));
  const old = (await cache.keys()).filter(({ url }) => !listed.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

onEvent("install", precache);
onEvent("activate", () => isFirst || deleteOldEntries());
