// Stores the files of this build at installation.

const PRECACHE = CACHE_PREFIX + "precache";

/** Files that are fetched at a time: enough to keep the connection busy, and the page's own requests alive. */
const PRECACHE_PARALLEL = 16;

/** @typedef {OfflineConfig["precache"][number]} PrecacheEntry */
/** @typedef {{ version: string, precache: PrecacheEntry[] }} Build */

/** Where the lists of the builds are stored whose files are. */
const BUILDS_KEY = BASE + "?pwagen";
const THIS_BUILD = { version: CONFIG.version, precache: CONFIG.offline.precache };

usedCaches.add(PRECACHE);

/** @param {string} path  as on disk, below the base folder */
const urlOfPath = (path) => BASE + path.split("/").map(encodeURIComponent).join("/");

/**
 * Where an entry is stored. The content's hash is part of it: an update fetches only what has changed,
 * and the old version keeps its own files for as long as it runs.
 *
 * @param {PrecacheEntry} entry
 */
const precacheKey = ([path, hash]) => `${urlOfPath(path)}?pwagen=${encodeURIComponent(hash)}`;

/** The policy that sw.js was sent with lets it fetch nothing. */
let isFetchForbidden = false;
self.addEventListener("securitypolicyviolation", (event) => {
  isFetchForbidden ||= /** @type {SecurityPolicyViolationEvent} */ (event).effectiveDirective === "connect-src";
});

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
  if (!status) await new Promise((resolve) => setTimeout(resolve, 50)); // The browser tells of a policy a little later.
  if (isFetchForbidden) throw new Error("the Content-Security-Policy of sw.js blocks it: add “connect-src 'self'”");
  throw new Error(status === 200 ? "it is not the file that was built" : status ? `status ${status}` : "it can't be reached");
}

/** @returns {Promise<Build[]>} The active build, and the one before if there is one. */
async function storedBuilds() {
  const list = await caches.match(BUILDS_KEY, { cacheName: PRECACHE });
  return list ? list.json() : [];
}

/**
 * Removes the files of all other builds, but not while one is on its way: it is in no list yet.
 *
 * @param {Cache} cache
 * @param {Build[]} builds
 */
async function deleteOthers(cache, builds) {
  const { installing, waiting } = self.registration;
  if ([installing, waiting].some((worker) => worker && worker !== self.serviceWorker)) return;
  const listed = new Set([BUILDS_KEY, ...builds.flatMap(({ precache }) => precache.map(precacheKey))]);
  const others = (await cache.keys()).filter(({ url }) => !listed.has(url));
  await Promise.all(others.map((request) => cache.delete(request)));
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
    for (const name of RUNTIME_CACHES) await dropOldest(await caches.open(name), (stored) => stored); // It can be met again.
    await deleteOthers(cache, [THIS_BUILD, ...(await storedBuilds()).slice(0, 1)]);
    await put();
  }
}

/** Nothing was stored before this version. A worker that was stopped after its installation no longer knows. */
let isFirst = false;

/** Stores what isn't stored yet. Rejects if a required file can't be had. */
async function fillPrecache() {
  const cache = await caches.open(PRECACHE);
  const stored = new Set((await cache.keys()).map(({ url }) => url));
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
  await Promise.all(Array.from({ length: PRECACHE_PARALLEL }, fetchQueue));
}

/** Stores this build; if that fails, pages are told why, and the old version stays. */
async function precache() {
  try {
    await fillPrecache();
  } catch (error) {
    await broadcast("error", { name: "RegistrationError", message: /** @type {Error} */ (error).message });
    throw error;
  }
}

onEvent("install", async () => {
  isFirst = !(await (await caches.open(PRECACHE)).keys()).length;
  await precache();
});
