/*
 * Service worker, made by pwagen from pwagen.yaml. It is yours to read and to deploy.
 *
 * To change it, edit pwagen.yaml and build again; code of your own goes into the file that
 * worker.hooks names, which is loaded at the end and never overwritten. Reading order: CONFIG below
 * holds everything that depends on your site, each part after it does one thing, and the line
 * that starts with self.addEventListener at a part's end says when. All but self.pwagen is hidden
 * from other scripts, so a worker that you have already may importScripts("sw.js").
 */
(() => {
"use strict";

const CONFIG = {
  "version": "fe864239b77dc627",
  "script": "sw.js",
  "app": {
    "name": "Minimal"
  },
  "update": "prompt",
  "offline": {
    "page": "offline.html",
    "fallbacks": {},
    "precache": [
      ["offline.css", "pbogCYx/kw4ThDLs6h51anLmBOoyiHsoU0FEmf370bQ=", 1],
      ["offline.html", "UL1rMegoaR5y4i6FBPyVI2oml99ouMn9On1wj9DEpRo=", 1],
      ["register.js", "n1w7zmNHwEHkv+/UDQVTQqUD3rQ5jS1ivqeqcp9dwEM=", 1]
    ],
    "routes": [],
    "refreshed": [],
    "never": [
      "^admin(?:/[\\s\\S]*)?$",
      "^accounts(?:/[\\s\\S]*)?$",
      "^api(?:/[\\s\\S]*)?$"
    ],
    "staticRoutes": [
      {
        "condition": {
          "requestMode": "navigate",
          "requestMethod": "POST"
        },
        "source": "fetch-event"
      },
      {
        "condition": {
          "urlPattern": "admin{/*}?"
        },
        "source": "network"
      },
      {
        "condition": {
          "urlPattern": "accounts{/*}?"
        },
        "source": "network"
      },
      {
        "condition": {
          "urlPattern": "api{/*}?"
        },
        "source": "network"
      }
    ],
    "launches": [],
    "ignoreParams": "^(?:utm_.*|fbclid|gclid)$",
    "timeout": 4000,
    "verify": true
  }
};

/* ---- worker/base.js ---- */

// Names and addresses that all parts build on.

/** The folder of sw.js. Every URL is relative to it, so that the app works wherever it is copied to. */
const BASE = new URL("./", self.location.href).href;

/** What our caches' names begin with: other apps on this origin have theirs. */
const CACHE_PREFIX = `pwagen:${new URL(BASE).pathname}:`;

/** Pages, assets and data as they were met. */
const RUNTIME_CACHE = CACHE_PREFIX + "runtime";

/** The caches that are in use; the others of ours are deleted when this worker takes over. */
const usedCaches = new Set();

/* ---- shared/base.js ---- */

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A member that the object itself has: "constructor" from a push message must not find Object's.
 *
 * @param {unknown} object
 * @param {string} name
 * @returns {any}
 */
function ownMember(object, name) {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

/* ---- shared/time-limit.js ---- */

/**
 * The promise's outcome, or a rejection when it takes longer than that many milliseconds.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} milliseconds
 * @returns {Promise<T>}
 */
function withTimeLimit(promise, milliseconds) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/* ---- worker/events.js ---- */

// One listener for each of the browser's events; hooks at the app's own events; what pages are told.

/** @type {Record<string, ((event: any) => unknown)[]>} */
const tasks = {};

/**
 * Does something at one of the browser's events, which lasts until that is done. A task that fails stops no
 * other, and fails an installation or a sync.
 *
 * @template {keyof WorkerEvents} Type  an ExtendableEvent's
 * @param {Type} type
 * @param {(event: WorkerEvents[Type]) => unknown} task
 */
function onEvent(type, task) {
  if (!tasks[type]) {
    tasks[type] = [];
    self.addEventListener(type, (event) => tasks[type].forEach((each) => event.waitUntil((async () => each(event))())));
  }
  tasks[type].push(task);
}

/** How long a hook may take (milliseconds) before the worker goes on without it. */
const HOOK_TIME_LIMIT = 10000;

/** @type {Map<string, ((detail: any) => unknown)[]>} */
const hooks = new Map();

/**
 * Calls `handler` at an event: "push" (before it is shown, may amend), "shown", "click", "close", "sync",
 * "outbox", "message" or "sign-out". The parts of this file use it, and so may the hook file.
 *
 * @param {string} event
 * @param {(detail: any) => unknown} handler
 */
function addHook(event, handler) {
  hooks.set(event, [...(hooks.get(event) ?? []), handler]);
}

/**
 * Waits for all hooks of an event. One that throws or hangs stops nothing.
 *
 * @param {string} event
 * @param {unknown} [detail]
 * @param {number} [timeLimit]  milliseconds
 */
async function runHooks(event, detail, timeLimit = HOOK_TIME_LIMIT) {
  const running = (hooks.get(event) ?? []).map(async (handler) => handler(detail));
  const outcomes = await Promise.allSettled(running.map((hook) => withTimeLimit(hook, timeLimit)));
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") console.error(`pwagen: a hook for "${event}" failed.`, outcome.reason);
  }
}

/**
 * The app's pages, the last focused first, also those in frames. Includes those that this worker doesn't
 * control (yet), e.g. after a hard reload.
 *
 * @returns {Promise<WindowClient[]>}
 */
async function appPages() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => url.startsWith(self.registration.scope));
}

/** Those of the app's pages that a person sees as windows. A frame may be in another site's page. */
async function appWindows() {
  return (await appPages()).filter(({ frameType }) => frameType !== "nested");
}

/**
 * Asks a page about itself.
 *
 * @param {Client} client
 * @param {number} timeLimit  milliseconds; a hidden page answers, a frozen one doesn't
 * @returns {Promise<PageAnswer | undefined>}
 */
function askPage(client, timeLimit) {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  client.postMessage({ pwagen: "window" }, [port2]);
  return withTimeLimit(answer, timeLimit)
    .catch(() => undefined)
    .finally(() => port1.close());
}

/**
 * Tells every page of the app.
 *
 * @param {WorkerToPage["pwagen"]} type
 * @param {unknown} detail
 */
async function broadcast(type, detail) {
  for (const client of await appPages()) client.postMessage({ pwagen: type, detail });
}

/** What the hook file and the DevTools console may use; parts add to it. */
const workerApi = /** @type {PwagenWorker} */ ({ on: addHook, config: CONFIG });
Object.assign(self, { pwagen: workerApi });

/* ---- worker/lifecycle.js ---- */

// Takes over from the version before, at once or when the page says so, and cleans up after it.

/** Deletes what earlier versions stored, and nothing of anybody else's. */
async function deleteUnusedCaches() {
  // No outbox any more: its database goes.
  if (!CONFIG.outbox) indexedDB.deleteDatabase(CACHE_PREFIX + "outbox");
  const names = await caches.keys();
  const unused = names.filter((name) => name.startsWith(CACHE_PREFIX) && !usedCaches.has(name));
  await Promise.all(unused.map((name) => caches.delete(name)));
}

// With "prompt" a new version waits until the page sends "skip-waiting": the user has agreed then.
onEvent("install", () => CONFIG.update === "auto" && self.skipWaiting());

// Claiming matters at the first visit: only a controlled page can be navigated by a click.
onEvent("activate", () => self.clients.claim());
onEvent("activate", deleteUnusedCaches);

/* ---- worker/messages.js ---- */

// Does what a page asks for.

/**
 * What the worker does for a page, by the message's name. Parts add theirs.
 *
 * @type {Record<string, (message: any) => Promise<WorkerAnswer> | WorkerAnswer>}
 */
const messageHandlers = {
  version: () => ({ version: CONFIG.version }),
  config: () => ({ config: CONFIG }),
  "skip-waiting": () => self.skipWaiting().then(() => ({ done: true })),
};

/**
 * Does what a page asks for and answers on its port. Messages of others go to the hooks.
 *
 * @param {unknown} message
 * @param {MessagePort | undefined} port
 */
async function onMessage(message, port) {
  const handler = ownMember(messageHandlers, ownMember(message, "pwagen"));
  if (!handler) return runHooks("message", message);
  try {
    const answer = await handler(message);
    port?.postMessage(answer);
  } catch (error) {
    port?.postMessage({ error: String(error) });
  }
}

onEvent("message", ({ data, ports }) => onMessage(data, ports[0]));

/* ---- worker/fetch.js ---- */

// Answers requests, or leaves them to the browser, which then asks the server as if there were no worker.

/**
 * What a part has to say of a request.
 *
 * @typedef {object} Match
 * @property {string} rule  what decides, in the terms of pwagen.yaml
 * @property {StrategyName} [strategy]
 * @property {() => Promise<Response | undefined>} [stored]  the copy that is stored now
 * @property {() => Promise<Response | undefined>} [answer]  the answer, if there is one after all; none: the browser's own
 */

/** @type {((event: FetchEvent) => Match | undefined)[]} Asked in this order; undefined: not this part's business. */
const responders = [];

/** @param {FetchEvent} event */
const matchesFor = (event) => responders.flatMap((responder) => responder(event) ?? []);

/**
 * @param {Request} request
 * @param {(() => Promise<Response | undefined>)[]} answers
 * @returns {Promise<Response>}
 */
async function respond(request, answers) {
  for (const answer of answers) {
    const response = await answer();
    if (response) return response;
  }
  return fetch(request);
}

self.addEventListener("fetch", (event) => {
  const answers = matchesFor(event).flatMap(({ answer }) => answer ?? []);
  if (answers.length) event.respondWith(respond(event.request, answers));
});

/* ---- worker/posts.js ---- */

// Tells a page that it is the answer to a POST, which it can't see itself: reloading it would post again
// (https://github.com/whatwg/html/issues/3215).

/** The pages to come, by their clients' ids. */
const posts = new Set();

/** When something was last sent, in milliseconds since 1970: what is shown after that must have it. */
let lastSent = 0;

/** @param {string} id */
async function tellPosted(id) {
  const client = await self.clients.get(id); // once it is there
  if (posts.delete(id)) client?.postMessage({ pwagen: "posted" });
}

responders.push((event) => {
  const { request, resultingClientId: id } = event;
  if (!["GET", "HEAD"].includes(request.method)) lastSent = Date.now();
  if (request.mode !== "navigate") return undefined;
  posts.delete(id); // A redirect asks for the same page again, by GET.
  if (request.method !== "POST") return undefined;
  posts.add(id);
  event.waitUntil(tellPosted(id));
  return undefined;
});

/* ---- worker/explain.js ---- */

// Tells in the DevTools console which rule answers a URL: `await pwagen.explain("about/")`.

/** What a URL is most likely asked for as, by the end of its path; else by code. */
const DESTINATIONS = /** @type {[RegExp, RequestDestination][]} */ ([
  [/(^|\/)[^.]*$|\.html?$/, "document"],
  [/\.css$/, "style"],
  [/\.m?js$/, "script"],
  [/\.woff2?$/, "font"],
  [/\.(png|jpe?g|gif|webp|avif|svg|ico)$/, "image"],
]);

/** Asks the parts as a request of the window that was last in front would, but fetches and answers nothing. */
workerApi.explain = async (/** @type {string} */ relative, as) => {
  const { href: url, pathname } = new URL(relative, BASE);
  const destination = as ?? DESTINATIONS.find(([end]) => end.test(pathname))?.[1] ?? "";
  const mode = destination === "document" ? "navigate" : "no-cors";
  const request = { url, method: "GET", mode, destination, headers: new Headers() };
  const [client] = await appWindows();
  const matches = matchesFor(/** @type {any} */ ({ request, clientId: client?.id }));
  const rules = matches.map(async ({ answer, stored, ...match }) => ({ by: answer ? "worker" : "browser", ...match, stored: await stored?.() }));
  return { url, as: destination, rules: await Promise.all(rules) };
};

/* ---- worker/range.js ---- */

// Cuts out of a stored response what a media element asks for.

/**
 * First and last byte of a Range header; null if there are none such, undefined if it asks for more than
 * one range or in another unit, which may be ignored (RFC 9110, section 14.2).
 *
 * @param {string} header
 * @param {number} size
 * @returns {[number, number] | null | undefined}
 */
function byteRange(header, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (!first && !last) return undefined;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  return start <= end ? [start, end] : null;
}

/**
 * The part of a whole response that a request asks for; Safari plays nothing else
 * (https://github.com/GoogleChrome/workbox/issues/1663).
 *
 * @template {Response | undefined} T
 * @param {Request} request
 * @param {T} response
 * @returns {Promise<T | Response>}
 */
async function partOf(request, response) {
  const header = request.headers.get("Range");
  if (!header || response?.status !== 200) return response;
  const blob = await response.blob();
  const range = byteRange(header, blob.size);
  const headers = new Headers(response.headers);
  headers.delete("Content-Length");
  headers.delete("Content-Encoding");
  if (range === undefined) return new Response(blob, { headers });
  headers.set("Content-Range", `bytes ${range ? range.join("-") : "*"}/${blob.size}`);
  if (!range) return new Response(null, { status: 416, headers });
  return new Response(blob.slice(range[0], range[1] + 1), { status: 206, headers });
}

/* ---- shared/store-name.js ---- */

/** The database that page and worker share. It has the path in its name: two apps on one origin don't meet. */
const STORE_NAME = "pwagen:" + new URL(BASE).pathname;

/** Takes its place where there is none. */
const storeMemory = new Map();

/* ---- worker/sign-out.js ---- */

// When a user signs out, nothing of theirs stays.

/** How often the user has signed out of this worker: what was begun before that may leave nothing behind. */
let signOuts = 0;

/** Each part clears what it keeps, the shared values go last. Then "signed-out" hooks may store what is nobody's in particular. */
messageHandlers["sign-out"] = async () => {
  signOuts += 1;
  await runHooks("sign-out");
  storeMemory.clear();
  indexedDB.deleteDatabase(STORE_NAME);
  await runHooks("signed-out");
  return { done: true };
};

/* ---- worker/storage.js ---- */

// What of the answers that come by may be kept, and how much of it.

/** How many pages, assets and data are kept beside those of configured routes. */
const RUNTIME_LIMIT = 200;

usedCaches.add(RUNTIME_CACHE);
addHook("sign-out", () => caches.delete(RUNTIME_CACHE));

/**
 * Whether a response may be kept: whole, our origin's, and nobody's in particular. Set-Cookie can't be
 * seen here, but what is made for one user says so in Cache-Control or in Vary.
 *
 * @param {Request} request
 * @param {Response} response
 */
function isStorable(request, response) {
  const { status, type, headers } = response;
  return (
    status === 200 &&
    type === "basic" &&
    !request.headers.has("Authorization") &&
    !/no-store|private/i.test(headers.get("Cache-Control") ?? "") &&
    !/\*|cookie|authorization/i.test(headers.get("Vary") ?? "")
  );
}

/**
 * A copy without the mark of a redirect, which browsers refuse as the answer to a navigation
 * (https://github.com/GoogleChrome/workbox/issues/173).
 *
 * @param {Response} response
 */
function withoutRedirect(response) {
  return response.redirected ? new Response(response.body, response) : response;
}

/**
 * Deletes of what belongs together what was stored first. One by one: a deleted cache gives its space
 * back when nobody has it open any more.
 *
 * @param {Cache} cache
 * @param {(stored: number) => number} howMany
 * @param {(url: string) => boolean} [belongs]
 */
async function dropOldest(cache, howMany, belongs = () => true) {
  const urls = (await cache.keys()).map(({ url }) => url).filter(belongs);
  const old = urls.slice(0, Math.max(howMany(urls.length), 0));
  await Promise.all(old.map((url) => cache.delete(url, { ignoreVary: true })));
}

/**
 * Whether a stored response is older than `maxAge` milliseconds, by the server's own date.
 *
 * @param {Response} response
 * @param {number | undefined} maxAge
 * @param {number} now
 */
function isExpired({ headers }, maxAge, now) {
  return maxAge !== undefined && !(now - Date.parse(headers.get("Date") ?? "") <= maxAge);
}

/**
 * Deletes of what belongs together what has expired: from what was stored first up to the first that hasn't.
 *
 * @param {Cache} cache
 * @param {number} maxAge
 * @param {(url: string) => boolean} [belongs]
 */
async function dropExpired(cache, maxAge, belongs = () => true) {
  for (const request of await cache.keys()) {
    if (!belongs(request.url)) continue;
    const response = await cache.match(request);
    if (response && !isExpired(response, maxAge, Date.now())) return;
    await cache.delete(request, { ignoreVary: true });
  }
}

/**
 * Keeps a response, and of those that belong with it (all by default) no more than `limit`.
 *
 * @param {Request} request
 * @param {Response} response
 * @param {number} session  signOuts when it was asked for
 * @param {(url: string) => boolean} [belongs]
 * @param {number} [limit]
 * @param {number} [maxAge]
 */
async function store(request, response, session, belongs = undefined, limit = RUNTIME_LIMIT, maxAge = undefined) {
  if (session !== signOuts) return;
  const cache = await caches.open(RUNTIME_CACHE);
  // Other failures, e.g. of a page that was left before all of it had come, say nothing about space.
  const full = await cache.put(request, withoutRedirect(response)).catch(({ name }) => name === "QuotaExceededError");
  await dropOldest(cache, (stored) => (full ? Math.ceil(stored / 2) : stored - limit), belongs);
  if (maxAge !== undefined) await dropExpired(cache, maxAge, belongs);
}

/* ---- worker/precache.js ---- */

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

/** @returns {Promise<Build[]>} The active build, and the one before if there is one. */
async function storedBuilds() {
  const list = await caches.match(BUILDS_KEY, { cacheName: PRECACHE });
  return list ? list.json() : [];
}

/**
 * @param {Cache} cache
 * @param {Build[]} builds
 */
async function deleteOthers(cache, builds) {
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
    await dropOldest(await caches.open(RUNTIME_CACHE), (stored) => stored); // What was met can be met again.
    await deleteOthers(cache, [THIS_BUILD, ...(await storedBuilds()).slice(0, 1)]);
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

onEvent("install", precache);

/* ---- shared/path.js ---- */

/** @param {string} url */
function withoutQuery(url) {
  return url.split(/[?#]/)[0];
}

/**
 * The decoded path of a URL below BASE, without query and fragment; undefined if it isn't below.
 *
 * @param {string} url
 * @returns {string | undefined}
 */
function pathBelowBase(url) {
  if (!url.startsWith(BASE)) return undefined;
  try {
    return decodeURIComponent(withoutQuery(url.slice(BASE.length)));
  } catch {
    return undefined; // a malformed %
  }
}

/* ---- worker/precached.js ---- */

// Finds the file of a build that belongs to a URL.

/** @type {WeakMap<PrecacheEntry[], Map<string, PrecacheEntry>>} */
const precacheIndexes = new WeakMap();

/**
 * The precached file that a host answers with at a URL: about/ and about are about/index.html, or about
 * is about.html.
 *
 * @param {string} url
 * @param {boolean} [anyQuery]  a file's content doesn't depend on a query such as ?v=1
 * @param {PrecacheEntry[]} [list]
 * @returns {PrecacheEntry | undefined}
 */
function precachedEntry(url, anyQuery = false, list = CONFIG.offline.precache) {
  if (!precacheIndexes.has(list)) precacheIndexes.set(list, new Map(list.map((entry) => [entry[0], entry])));
  const path = pathBelowBase(url);
  if (path === undefined || (!anyQuery && new URL(url).search)) return undefined;
  const files = [path, path + ".html", path + "/index.html", path.replace(/(^|\/)$/, "$1index.html")];
  return files.map((file) => precacheIndexes.get(list)?.get(file)).find((entry) => entry);
}

/**
 * @param {PrecacheEntry} entry
 * @param {string} url  that it is to be the answer for
 * @returns {Promise<Response | undefined>}
 */
async function precachedResponse(entry, url) {
  // Without the slash the page's relative links would lead elsewhere.
  const { pathname, search } = new URL(url);
  if (entry[0] === pathBelowBase(url) + "/index.html") return Response.redirect(pathname + "/" + search);
  return caches.match(precacheKey(entry), { cacheName: PRECACHE });
}

/* ---- worker/builds.js ---- */

// Knows which build a page is of: it gets that one's files alone, also when the next build has taken over.

/**
 * What is known of a page.
 *
 * @typedef {object} PageBuild
 * @property {boolean} [isStored]  it has a file of this build from the store, so all others must be, too
 * @property {boolean} [isListed]  the page itself is a file of a build
 * @property {Promise<boolean>} [intact]  all that it got from the network is what this build has
 * @property {string} [version]  that of its register.js, once it has loaded
 */

/** How long a page may take to load and say what it is, and to answer in the middle of a request. In milliseconds. */
const LOAD_TIME_LIMIT = 3000;
const BUILD_TIME_LIMIT = 300;

/** @type {Map<string, PageBuild>} By the clients' ids. A worker that was restarted asks the pages. */
const pageBuilds = new Map();

/** @type {Promise<Build | undefined> | undefined} */
let earlier;

/** The build before this one, while its files are kept. */
function earlierBuild() {
  return (earlier ??= storedBuilds().then(([, before]) => before));
}

/**
 * Keeps the files of this build and those of one before, and removes all others.
 *
 * @param {Build | undefined} before
 */
async function keepBuilds(before) {
  earlier = Promise.resolve(before);
  const cache = await caches.open(PRECACHE);
  const builds = before ? [THIS_BUILD, before] : [THIS_BUILD];
  await cache.put(BUILDS_KEY, new Response(JSON.stringify(builds)));
  if (!isFirst) await deleteOthers(cache, builds);
}

onEvent("activate", async () => {
  const [active, before] = await storedBuilds();
  const last = active?.version === CONFIG.version ? before : active;
  await keepBuilds((await appPages()).length ? last : undefined);
});

/** Removes the files of the build before once no page is of it. One that doesn't answer may be. */
async function dropEarlierBuild() {
  const before = await earlierBuild();
  if (!before) return;
  const versions = (await appPages()).map(async (page) => pageBuilds.get(page.id)?.version ?? (await askPage(page, LOAD_TIME_LIMIT))?.version);
  const isLeft = (/** @type {string | undefined} */ version) => !version || version === before.version;
  if (!(await Promise.all(versions)).some(isLeft)) await keepBuilds(undefined);
}

/**
 * Asks a page that is being loaded what it is.
 *
 * @param {string} id
 */
async function learnBuild(id) {
  const page = await self.clients.get(id); // once it is there
  const version = page && (await askPage(page, LOAD_TIME_LIMIT))?.version;
  if (!version) return;
  pageBuilds.set(id, { ...pageBuilds.get(id), version });
  await dropEarlierBuild();
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
  if (isPage) pageBuilds.set(resultingClientId, { isListed: !!entry });
  const build = pageBuilds.get(isPage ? resultingClientId : clientId);
  if (!build || !entry || !CONFIG.offline.verify) return;
  const [, hash] = entry;
  const same = fileHash(response.clone()).then((content) => content === hash);
  build.intact = Promise.all([build.intact ?? true, same]).then((all) => !all.includes(false), () => false);
}

/** @param {Response} response @returns {Promise<string>} as in the list of precached files */
async function fileHash(response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/**
 * Whether a page may have the stored file where the network is slow or gone: if it is of this build, or if
 * there is no telling and no network.
 *
 * @param {string} id
 * @param {Promise<Response>} answer  the network's
 */
async function mayGetStored(id, answer) {
  const { intact, isListed } = pageBuilds.get(id) ?? {};
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
  const build = pageBuilds.get(id);
  if (build?.isStored) return CONFIG.version;
  if (build) return build.version && (await build.intact) !== false ? build.version : undefined;
  const page = id ? await self.clients.get(id) : undefined;
  const version = page?.type === "window" ? (await askPage(page, BUILD_TIME_LIMIT))?.version : undefined;
  pageBuilds.set(id, { version });
  return version;
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

/* ---- worker/strategies.js ---- */

// The five ways to answer from the network and from what is stored.

/**
 * How a request is to be answered.
 *
 * @typedef {object} AnswerPlan
 * @property {string} rule  what decides that, in the terms of pwagen.yaml
 * @property {StrategyName} [strategy]  none: the browser asks the server, as if there were no worker
 * @property {string} [purpose]  what fallback may stand in for
 * @property {string} key  the URL without what doesn't matter
 * @property {PrecacheEntry} [entry]  the precached file that may answer
 * @property {boolean} [keep]  whether the network's answer is stored
 * @property {(url: string) => boolean} [belongs]  which stored URLs count for maxEntries
 * @property {number} [timeout]
 * @property {number} [maxEntries]
 * @property {number} [maxAge]
 */

/** What is kept when it is met, by its purpose. */
const ASSETS = ["style", "script", "font", "image"];

/**
 * What a response is stored under: with the headers, because it may vary by them.
 *
 * @param {string} key
 * @param {Request} request
 */
function keyRequest(key, { headers }) {
  return new Request(key, { headers });
}

/**
 * What was kept as it was met, unless it has expired; else the file of this build.
 *
 * @param {Request} request
 * @param {AnswerPlan} plan
 * @param {() => unknown} [onPrecached]
 */
async function storedCopy(request, { key, entry, keep, maxAge }, onPrecached) {
  const met = keep && (await caches.match(keyRequest(key, request), { cacheName: RUNTIME_CACHE }));
  if (met && !isExpired(met, maxAge, Date.now())) return met;
  if (!entry) return undefined;
  onPrecached?.();
  return precachedResponse(entry, key);
}

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @returns {Promise<Response | undefined>}
 */
async function storedAnswer({ request, clientId, resultingClientId }, plan) {
  const id = plan.purpose === "page" ? resultingClientId : clientId;
  return storedCopy(request, plan, () => pageBuilds.set(id, { ...pageBuilds.get(id), isStored: true }));
}

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @returns {Promise<Response>}
 */
async function networkAnswer(event, plan) {
  const { key, keep, purpose = "", belongs, maxEntries, maxAge } = plan;
  const { request } = event;
  const session = signOuts;
  // Firefox resolves a preload that failed where others reject it (https://github.com/GoogleChrome/workbox/issues/3134).
  const preloaded = await event.preloadResponse;
  const response = preloaded && preloaded.type !== "error" ? preloaded : await fetch(request);
  noteAnswer(event, plan, response);
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // What a host answers with for a file that is gone is no style.
  const isOfKind = purpose === "page" ? isPage : !(isPage && ASSETS.includes(purpose));
  if (keep && isOfKind && isStorable(request, response)) {
    event.waitUntil(store(keyRequest(key, request), response.clone(), session, belongs, maxEntries, maxAge));
  }
  return response;
}

/** What a proxy answers with for a server that it can't reach: nothing of that server's. */
const GATEWAY_ERRORS = [502, 503, 504];

/** For how long a page is waited for after something was sent, in milliseconds. */
const SENT_PAUSE = 60_000;

/**
 * Whether a page is asked for anew: an older one, shown because the network is slow, would be taken for the answer.
 *
 * @param {Request & { isReloadNavigation?: boolean }} request
 */
function isAskedAnew({ cache, isReloadNavigation }) {
  return isReloadNavigation || ["reload", "no-cache"].includes(cache) || Date.now() - lastSent < SENT_PAUSE;
}

/**
 * Tells a page that it came from the store, and when the network has one after all.
 *
 * @param {string} id
 * @param {{ state: "stored" | "fresh", redirected?: boolean }} detail
 */
async function tellPage(id, detail) {
  const page = await self.clients.get(id); // once it is there
  page?.postMessage({ pwagen: "page", detail });
}

/**
 * The stored answer where the network's is late or missing.
 *
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @param {Promise<Response>} answer  rejected: there is none
 */
async function insteadOf(event, plan, answer) {
  if (plan.purpose !== "page") return (await mayGetStored(event.clientId, answer)) && storedAnswer(event, plan);
  const stored = await storedAnswer(event, plan);
  if (!stored) return undefined;
  // Made for each request, and not to be shown as if it were of this one.
  if (plan.keep && /no-cache/i.test(stored.headers.get("Cache-Control") ?? "")) {
    const late = await answer.catch(() => undefined);
    if (late) return late;
  }
  const { resultingClientId: id } = event;
  event.waitUntil(tellPage(id, { state: "stored" }));
  const tellFresh = (/** @type {Response} */ { type }) => tellPage(id, { state: "fresh", redirected: type === "opaqueredirect" });
  event.waitUntil(answer.then(tellFresh, () => {}));
  return stored;
}

/** @type {Record<StrategyName, (event: FetchEvent, plan: AnswerPlan) => Promise<Response | undefined>>} */
const STRATEGIES = {
  "network-only": networkAnswer,

  "network-first": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {})); // A late answer is still stored.
    const usable = answer.then((response) => (GATEWAY_ERRORS.includes(response.status) ? Promise.reject(response) : response));
    const waits = !plan.timeout || (plan.purpose === "page" && isAskedAnew(event.request));
    try {
      return await (waits ? usable : withTimeLimit(usable, plan.timeout ?? 0));
    } catch {
      return (await insteadOf(event, plan, usable)) || answer;
    }
  },

  "cache-first": async (event, plan) => (await storedAnswer(event, plan)) ?? networkAnswer(event, plan),

  "stale-while-revalidate": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {}));
    return (await storedAnswer(event, plan)) ?? answer;
  },

  "cache-only": storedAnswer,
};

/* ---- worker/fallbacks.js ---- */

// What is answered with when neither the network nor the store has anything.

/** Files that stand in, by what a request is for. */
const FALLBACKS = /** @type {Record<string, string | undefined>} */ ({ page: CONFIG.offline.page, ...CONFIG.offline.fallbacks });

/**
 * What a request is for: "page", "json", or its destination.
 *
 * @param {Pick<Request, "url" | "mode" | "destination" | "headers">} request
 */
function purposeOf({ url, mode, destination, headers }) {
  if (mode === "navigate") return "page";
  return !destination && /\bjson\b/.test(headers.get("Accept") + new URL(url).pathname) ? "json" : destination;
}

/**
 * The file that stands in for an answer that can't be had.
 *
 * @param {string} [purpose]
 * @param {boolean} [isUnsent]  the page is to say that a form was not sent
 */
async function fallback(purpose = "", isUnsent = false) {
  const file = urlOfPath(FALLBACKS[purpose] ?? "");
  const entry = FALLBACKS[purpose] && precachedEntry(file);
  const response = entry && (await precachedResponse(entry, file));
  if (!response) return Response.error();
  // The page is for any URL: hence the base, for its relative links.
  const base = `$&<base href="${BASE}">`;
  const body = purpose === "page" ? (await response.text()).replace(/<head[^>]*>/i, base).replace(isUnsent ? "hidden data-pwagen-unsent" : "", "") : response.body;
  // Not 200: a prefetch or a script must not take it for what was asked for.
  return new Response(body, { status: 503, statusText: "Offline", headers: response.headers });
}

/* ---- worker/routes.js ---- */

// Decides which request is answered how: the rules of pwagen.yaml, and those without any.

/** @param {string} source */
const pattern = (source) => new RegExp(source, "u");

const NEVER = CONFIG.offline.never.map(pattern);
const ROUTES = CONFIG.offline.routes.map((route) => ({ ...route, match: pattern(route.match), rule: `offline.routes ${route.match}` }));
const IGNORED_PARAMS = pattern(CONFIG.offline.ignoreParams);

/**
 * A URL as it is on all hosts: open/?x, open.html?x and open/index.html?x are open?x.
 *
 * @param {string} url
 */
const plainUrl = (url) => url.split("#")[0].replace(/(\/|\/index\.html|\.html)\?/, "?");

/** What comes before and after the part of a URL that the system fills in; all of it where it fills in nothing. */
const LAUNCHES = CONFIG.offline.launches.map((url) => plainUrl(new URL(url, BASE).href).split("%s"));

/**
 * A name that changes with the content, e.g. app.3f9ac21b.css or index-BxYz12Ab.js: eight and more hexadecimal
 * digits, or eight of base64url. Dates, IMG_2024 and Chapter1 are no such names. The same as in hosting/.
 */
const FINGERPRINT =
  /(?:(?:^|[/._-])(?=[a-f]*[0-9]+[a-f]+[0-9]|[0-9]*[a-f]+[0-9]+[a-f])[0-9a-f]{8,}|[.-](?=[0-9A-Za-z_]*[0-9][A-Za-z])(?=[0-9A-Za-z_]*[A-Z])[0-9A-Za-z_]{6}(?:[0-9A-Za-z_][A-Za-z_]|[A-Za-z_][0-9A-Za-z_]))(?:\.[0-9A-Za-z_]+)*\.(?:css|js|mjs|wasm|woff2?|png|jpe?g|gif|webp|avif|svg)$/;

/**
 * The URL without fragment and without parameters that don't matter.
 *
 * @param {string} url
 */
function cacheKey(url) {
  const key = new URL(url);
  key.hash = "";
  for (const name of [...key.searchParams.keys()]) {
    if (IGNORED_PARAMS.test(name)) key.searchParams.delete(name);
  }
  return key.href;
}

/**
 * Whether a URL opens the app at a page whose content doesn't depend on the query: what is shared, for example.
 *
 * @param {string} url
 */
function isLaunch(url) {
  const plain = plainUrl(url);
  return LAUNCHES.some(([start, end]) => (end === undefined ? plain === start : plain.startsWith(start) && plain.endsWith(end)));
}

/** What is refreshed in the background is there without a network, too. */
const REFRESHED = new Set(CONFIG.offline.refreshed.map((url) => withoutQuery(new URL(url, BASE).href)));
const REFRESHED_ROUTE = { rule: "periodic_sync", strategy: /** @type {const} */ ("network-first") };

/**
 * @param {string} url
 * @returns {Omit<RouteConfig, "match"> & { rule: string } | undefined}
 */
function routeOf(url) {
  const path = pathBelowBase(url);
  const route = path === undefined ? undefined : ROUTES.find(({ match }) => match.test(path));
  return route ?? (REFRESHED.has(withoutQuery(url)) ? REFRESHED_ROUTE : undefined);
}

/**
 * How to answer a request; undefined if that is the browser's own business.
 *
 * @param {Pick<Request, "method" | "url" | "mode" | "destination" | "headers">} request
 * @returns {AnswerPlan | undefined}
 */
function planFor(request) {
  const { method, url, destination, headers } = request;
  if (method !== "GET" || new URL(url).origin !== self.location.origin) return undefined;
  const key = cacheKey(url);
  const path = pathBelowBase(key);
  const purpose = purposeOf(request);
  const page = purpose === "page";
  const isAsset = ASSETS.includes(destination);
  const entry = precachedEntry(key, isAsset || isLaunch(url));
  const { timeout } = CONFIG.offline;
  const isStored = entry && (page || isAsset);
  // Not left to the browser if it is a page: that would fetch it again, beside the preload.
  const never = !isStored && path !== undefined && NEVER.find((each) => each.test(path));
  if (never) return { rule: `offline.never ${never.source}`, strategy: page ? "network-only" : undefined, key };
  const rule = entry ? `offline.precache ${entry[0]}` : "kept as it is met";
  if (headers.has("Range")) return entry && { rule, strategy: "cache-first", key, entry };
  const route = routeOf(key);
  if (route?.strategy === "network-only" && !page) return { rule: route.rule, key };
  const belongs = (/** @type {string} */ stored) => routeOf(stored) === route;
  if (route) return { timeout, ...route, key, purpose, entry, keep: true, belongs };
  const isFixed = !page && FINGERPRINT.test(new URL(key).pathname);
  if (entry && !page && isFixed) return { rule, strategy: "cache-first", key, entry };
  const strategy = isFixed ? "cache-first" : "network-first";
  if (entry || isAsset || page) return { rule, strategy, key, purpose, entry, keep: !entry, belongs, timeout };
  return FALLBACKS[purpose] ? { rule: "offline.fallbacks", strategy: "network-only", key, purpose } : undefined;
}

/** Addresses for which the browser is to ask who the user is: it does so for requests of its own alone. */
const logIns = new Set();

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 */
async function answer(event, plan) {
  if (plan.purpose === "page") event.waitUntil(learnBuild(event.resultingClientId));
  const own = ASSETS.includes(event.request.destination) && (await ownFile(event, plan));
  if (own) return partOf(event.request, own);
  const response = await STRATEGIES[/** @type {StrategyName} */ (plan.strategy)](event, plan).catch(() => undefined);
  if (event.request.mode === "navigate" && response?.status === 401 && response.headers.has("WWW-Authenticate")) {
    logIns.add(event.request.url);
    return Response.redirect(event.request.url);
  }
  return partOf(event.request, response ?? (await fallback(plan.purpose)));
}

/**
 * Whether a stored answer is for what this build has a file for: an earlier build's page would be shown
 * with this one's styles and scripts.
 *
 * @param {string} url
 */
function isSuperseded(url) {
  const isFile = /\.(?!html?$)\w+$/.test(new URL(url).pathname);
  return !!precachedEntry(url, isFile || isLaunch(url));
}

/** Deletes what was met of earlier versions and is a file of this one. */
async function dropSuperseded() {
  if (!(await caches.has(RUNTIME_CACHE))) return; // Opening it would make it.
  await dropOldest(await caches.open(RUNTIME_CACHE), (stored) => stored, isSuperseded);
}

onEvent("activate", dropSuperseded);

// Where pages come from what is stored, the preload would fetch each of them beside it, for nothing.
onEvent("activate", () => {
  const isStored = ROUTES.find(({ match }) => match.test(""))?.strategy.startsWith("cache-");
  return self.registration.navigationPreload?.[isStored ? "disable" : "enable"]();
});

responders.push((event) => {
  const { request } = event;
  if (logIns.delete(request.url)) return undefined;
  const plan = planFor(request);
  return plan && { ...plan, stored: () => storedCopy(request, plan), answer: plan.strategy && (() => answer(event, plan)) };
});

/* ---- worker/static-routes.js ---- */

// What is none of the worker's business doesn't even wake it. For browsers that have
// https://w3c.github.io/ServiceWorker/#service-worker-static-routing; planFor says the same for the others.
onEvent("install", (event) => event.addRoutes?.(CONFIG.offline.staticRoutes).catch(console.warn));

/* ---- worker/forms.js ---- */

// A form that is sent without a network: the offline page says so. The browser keeps what is typed for "back".

responders.push(({ request }) => {
  const path = pathBelowBase(request.url);
  const isForm = request.mode === "navigate" && request.method === "POST";
  if (!isForm || path === undefined || NEVER.some((each) => each.test(path))) return undefined;
  return { rule: "a form", answer: () => fetch(request).catch(() => fallback("page", true)) };
});
})();
