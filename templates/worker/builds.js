// Gives a page the files of its own build alone.
//
// Also when the next build has taken over: as long as a window of the build before is open, its files stay.

/**
 * What is known of a page.
 *
 * @typedef {object} PageBuild
 * @property {boolean} [isStored]  it has a file of this build from the store, so all others must be, too
 * @property {boolean} [isMet]  it was kept as it was met, by whichever build
 * @property {boolean} [isListed]  the page itself is a file of a build
 * @property {Promise<boolean>} [intact]  all that it got from the network is what this build has
 * @property {string} [version]  that of its register.js, once it has loaded
 * @property {Promise<unknown>} [asked]  it was asked for that, or need not be
 */

/** How long a page may take to load and say what it is, and to answer in the middle of a request. In milliseconds. */
const LOAD_TIME_LIMIT = 3000;
const BUILD_TIME_LIMIT = 300;

/** What a proxy answers with for a server that it can't reach, Cloudflare by 520 and more: nothing of that server's. */
const isGatewayError = (/** @type {Response} */ { status }) => (status > 501 && status < 505) || status > 519;

/** @type {Map<string, PageBuild>} By the clients' ids. A worker that was restarted asks the pages. */
const pageBuilds = new Map();

/**
 * @param {string} id
 * @returns {PageBuild}
 */
function pageBuild(id) {
  const build = pageBuilds.get(id) ?? {};
  pageBuilds.set(id, build);
  return build;
}

/**
 * The version of a page's register.js, undefined if the page doesn't say.
 *
 * @param {Client} page
 * @param {number} timeLimit  milliseconds
 */
async function versionOf(page, timeLimit) {
  const build = pageBuild(page.id);
  build.version ??= (await askPage(page, timeLimit))?.version;
  return build.version;
}

/**
 * Notes what is shown from the store as a page.
 *
 * @param {string} id
 * @param {Response} stored
 */
function noteStoredPage(id, stored) {
  Object.assign(pageBuild(id), isMet(stored) ? { isMet: true, isListed: false, intact: undefined } : { isStored: true });
}

/** @type {Promise<Build | undefined> | undefined} */
let earlier;

/** The build before this one, while its files are kept. */
const earlierBuild = () => (earlier ??= storedBuilds().then(([, before]) => before));

/**
 * Keeps the files of this build and those of one before, and removes all others.
 *
 * @param {Build | undefined} before
 */
async function keepBuilds(before) {
  earlier = Promise.resolve(before);
  const cache = await caches.open(PRECACHE);
  const builds = before ? [THIS_BUILD, before] : [THIS_BUILD];
  await cache.put(BUILDS_KEY, stamped(new Response(JSON.stringify(builds))));
  if (!isFirst) await deleteOthers(cache, builds);
}

onEvent("activate", async () => {
  const [active, before] = await storedBuilds();
  const last = active?.version === CONFIG.version ? before : active;
  await keepBuilds((await appPages()).length ? last : undefined);
});

/** How long the stored files are believed to be there, in milliseconds. */
const HEALTHY = 86_400_000;

/** @type {Promise<void> | undefined} */
let healing;

/** Fetches what may be missing or old; parts add theirs. @type {() => Promise<unknown>} */
let refill = fillPrecache;

/**
 * Fetches the files that are missing: a site's own code may have deleted all caches.
 *
 * @param {boolean} [isMissing]  one is, for certain
 */
async function heal(isMissing = false) {
  const list = await caches.match(BUILDS_KEY, { cacheName: PRECACHE });
  if (isMissing || !list || isExpired(list, HEALTHY, Date.now())) {
    await (healing ??= refill().then(async () => keepBuilds(await earlierBuild()), () => {}));
  }
}

/** Removes the files of the build before once no page is of it. One that doesn't answer may be. */
async function dropEarlierBuild() {
  const before = await earlierBuild();
  if (!before) return;
  const versions = await Promise.all((await appPages()).map((page) => versionOf(page, LOAD_TIME_LIMIT)));
  if (!versions.some((version) => !version || version === before.version)) await keepBuilds(undefined);
}

/**
 * Asks a page that is being loaded what it is.
 *
 * @param {string} id
 */
async function learnBuild(id) {
  await heal();
  const page = await pageToCome(id);
  if (page && (await versionOf(page, LOAD_TIME_LIMIT))) await dropEarlierBuild();
}

/**
 * Notes what the network has answered a page with for a file of this build.
 *
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @param {Response} response
 */
function noteAnswer({ clientId, resultingClientId }, { purpose, entry }, response) {
  const isPage = purpose === "page";
  const id = isPage ? resultingClientId : clientId;
  const build = pageBuilds.get(id);
  // An answer that comes after the stored one was shown says nothing of the page.
  if (!build || build.isStored || (isPage && build.isMet)) return;
  if (isPage) build.isListed = !!entry;
  if (!entry || !CONFIG.offline.verify || isGatewayError(response)) return;
  const [, hash] = entry;
  const same = fileHash(response.clone()).then((content) => content === hash);
  build.intact = Promise.all([build.intact ?? true, same]).then((all) => !all.includes(false), () => false);
}

/**
 * @param {Response} response
 * @returns {Promise<string>}  as in the list of precached files
 */
async function fileHash(response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/**
 * Whether a page may have the stored file where the network is slow or gone: if it is of this build, or if
 * there is no telling and no network. One two builds old has asked for its own in vain.
 *
 * @param {string} id
 * @param {Promise<Response>} answer  the network's
 */
async function mayGetStored(id, answer) {
  const { intact, isListed, version = CONFIG.version } = pageBuild(id);
  if (version !== CONFIG.version) return false;
  const late = answer.then(() => false, () => intact ?? true);
  return isListed && intact ? Promise.race([intact, late]) : late;
}

/**
 * The build that a page is of, if that is certain.
 *
 * @param {string} id
 * @returns {Promise<string | undefined>}
 */
async function buildOf(id) {
  const build = pageBuild(id);
  build.asked ??= self.clients.get(id).then((page) => (page?.type === "window" ? versionOf(page, BUILD_TIME_LIMIT) : undefined));
  await build.asked;
  const { isStored, version, intact } = build;
  if (isStored) return CONFIG.version;
  return version && (await intact) !== false ? version : undefined;
}

/**
 * The file of the very build that the asking page is of, if it is one whose files are stored.
 *
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 */
async function ownFile({ clientId }, { entry, key }) {
  const before = await earlierBuild();
  const old = before && precachedEntry(key, true, before.precache);
  if (!entry && !old) return undefined;
  const version = await buildOf(clientId);
  if (entry && version === CONFIG.version) return precachedResponse(entry, key);
  // What this build has nothing of can't be meant for its own pages.
  return old && (version === before.version || (!entry && !version)) ? precachedResponse(old, key) : undefined;
}
