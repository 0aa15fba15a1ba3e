/*
 * Service worker, made by pwagen from pwagen.yaml. It is yours to read and to deploy.
 *
 * To change it, edit pwagen.yaml and build again; code of your own goes into the file that worker.hooks
 * names, which is loaded at the end and never overwritten. Each part below does one thing; what it does
 * when, say its lines with onEvent, addHook and responders.push. CONFIG, at the end, holds everything that
 * depends on your site. All but self.pwagen is hidden from other scripts, so a worker that you have
 * already may importScripts("sw.js").
 *
 * To see by which rule a URL is answered, write this into the worker's console (in Chrome: DevTools,
 * Application, Service workers, inspect):
 *
 *   await pwagen.explain("about/")
 *
 * Parts:
 *
 *   worker/base.js           Names and addresses that all parts build on.
 *   shared/base.js           Looks into values that nobody has checked.
 *   shared/time-limit.js     Waits, but not for ever.
 *   worker/events.js         One listener for each of the browser's events, hooks for the app's own.
 *   worker/lifecycle.js      Takes over from the version before, and cleans up after it.
 *   worker/messages.js       Does what a page asks for.
 *   worker/fetch.js          Answers requests, or leaves them to the browser.
 *   worker/explain.js        Tells in the DevTools console which rule answers a URL.
 *   worker/range.js          Cuts out of a stored response what a media element asks for.
 *   shared/store-name.js     The name of the store, and what takes its place where there is none.
 *   worker/sign-out.js       When a user signs out, nothing of theirs stays.
 *   worker/storage.js        What of the answers that come by may be kept, and how much of it.
 *   worker/precache.js       Stores the files of this build at installation, and removes those of others.
 *   shared/path.js           What of a URL says which file it is.
 *   worker/precached.js      Finds the file of this build that belongs to a URL.
 *   worker/strategies.js     The five ways to answer from the network and from what is stored.
 *   worker/fallbacks.js      Stands in where neither the network nor the store has an answer.
 *   worker/routes.js         Decides how a request is answered: by the rules of pwagen.yaml, else by our own.
 *   worker/static-routes.js  What is none of the worker's business doesn't even wake it.
 */
(() => {
"use strict";

const CONFIG = siteConfig();

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

// Looks into values that nobody has checked.

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that the object itself has: "constructor" from a push message must not find Object's. */
function ownMember(object, name) {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

/* ---- shared/time-limit.js ---- */

// Waits, but not for ever.

/** The promise's outcome, or a rejection when it takes longer than that many milliseconds. */
function withTimeLimit(promise, milliseconds) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/* ---- worker/events.js ---- */

// One listener for each of the browser's events, hooks for the app's own.

const tasks = {};

/**
 * Does something at one of the browser's events, which lasts until that is done. A task that fails stops no
 * other, and fails an installation or a sync.
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

const hooks = new Map();

/**
 * Calls `handler` at an event: "push" (before it is shown, may amend), "shown", "click", "close", "sync",
 * "outbox", "message" or "sign-out". The parts of this file use it, and so may the hook file.
 */
function addHook(event, handler) {
  hooks.set(event, [...(hooks.get(event) ?? []), handler]);
}

/**
 * Waits for all hooks of an event. One that throws or hangs stops nothing.
 *
 * @param timeLimit  milliseconds
 */
async function runHooks(event, detail, timeLimit = HOOK_TIME_LIMIT) {
  const running = (hooks.get(event) ?? []).map(async (handler) => handler(detail));
  const outcomes = await Promise.allSettled(running.map((hook) => withTimeLimit(hook, timeLimit)));
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") console.error(`pwagen: a hook for "${event}" failed.`, outcome.reason);
  }
}

/**
 * The app's windows, the last focused first. Includes those that this worker doesn't control (yet), e.g.
 * after a hard reload.
 */
async function appWindows() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.filter(({ url }) => url.startsWith(self.registration.scope));
}

/** Tells every page of the app. */
async function broadcast(type, detail) {
  for (const client of await appWindows()) client.postMessage({ pwagen: type, detail });
}

/** What the hook file and the DevTools console may use; parts add to it. */
const workerApi = ({ on: addHook, config: CONFIG });
Object.assign(self, { pwagen: workerApi });

/* ---- worker/lifecycle.js ---- */

// Takes over from the version before, and cleans up after it.

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

/** What the worker does for a page, by the message's name. Parts add theirs. */
const messageHandlers = {
  version: () => ({ version: CONFIG.version }),
  config: () => ({ config: CONFIG }),
  "skip-waiting": () => self.skipWaiting().then(() => ({ done: true })),
};

/** Does what a page asks for and answers on its port. Messages of others go to the hooks. */
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

// Answers requests, or leaves them to the browser. That asks the server then, as if there were no worker.

/**
 * What a part has to say of a request.
 *
 * @property rule  what decides, in the terms of pwagen.yaml
 * @property stored  the copy that is stored now
 * @property answer  the answer, if there is one after all; none: the browser's own
 */

/** Asked in this order; undefined: not this part's business. */
const responders = [];

const matchesFor = (event) => responders.flatMap((responder) => responder(event) ?? []);

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

/* ---- worker/explain.js ---- */

// Tells in the DevTools console which rule answers a URL.

/** What a URL is most likely asked for as, by the end of its path; else by code. */
const DESTINATIONS = ([
  [/(^|\/)[^.]*$|\.html?$/, "document"],
  [/\.css$/, "style"],
  [/js$/, "script"],
  [/woff2?$/, "font"],
  [/png|jpe?g|gif|webp|avif|svg/, "image"],
]);

/** Asks the parts as a request of the window that was last in front would, but fetches and answers nothing. */
workerApi.explain = async (relative, as) => {
  const { href: url, pathname } = new URL(relative, BASE);
  const destination = as ?? DESTINATIONS.find(([end]) => end.test(pathname))?.[1] ?? "";
  const mode = destination === "document" ? "navigate" : "no-cors";
  const request = { url, method: "GET", mode, destination, headers: new Headers() };
  const [client] = await appWindows();
  const matches = matchesFor(({ request, clientId: client?.id }));
  const rules = matches.map(async ({ answer, stored, ...match }) => ({ by: answer ? "worker" : "browser", ...match, stored: await stored?.() }));
  return { url, as: destination, rules: await Promise.all(rules) };
};

/* ---- worker/range.js ---- */

// Cuts out of a stored response what a media element asks for.

/**
 * First and last byte of a Range header; null if there are none such, undefined if it asks for more than
 * one range or in another unit, which may be ignored (RFC 9110, section 14.2).
 */
function byteRange(header, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (!first && !last) return;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  return start <= end ? [start, end] : null;
}

/**
 * The part of a whole response that a request asks for; Safari plays nothing else
 * (https://github.com/GoogleChrome/workbox/issues/1663).
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

// The name of the store, and what takes its place where there is none.

/** The database that page and worker share. It has the path in its name: two apps on one origin don't meet. */
const STORE_NAME = "pwagen:" + new URL(BASE).pathname;

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
 */
function withoutRedirect(response) {
  return response.redirected ? new Response(response.body, response) : response;
}

/**
 * Deletes of what belongs together what was stored first. One by one: a deleted cache gives its space
 * back when nobody has it open any more.
 */
async function dropOldest(cache, howMany, belongs = () => true) {
  const urls = (await cache.keys()).map(({ url }) => url).filter(belongs);
  const old = urls.slice(0, Math.max(howMany(urls.length), 0));
  await Promise.all(old.map((url) => cache.delete(url, { ignoreVary: true })));
}

/** Whether a stored response is older than `maxAge` milliseconds, by the server's own date. */
function isExpired({ headers }, maxAge, now) {
  return maxAge !== undefined && !(now - Date.parse(headers.get("Date") ?? "") <= maxAge);
}

/** Deletes of what belongs together what has expired: from what was stored first up to the first that hasn't. */
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
 * @param session  signOuts when it was asked for
 */
async function store(request, response, session, belongs, limit = RUNTIME_LIMIT, maxAge) {
  if (session !== signOuts) return;
  const cache = await caches.open(RUNTIME_CACHE);
  // Other failures, e.g. of a page that was left before all of it had come, say nothing about space.
  const full = await cache.put(request, withoutRedirect(response)).catch(({ name }) => name === "QuotaExceededError");
  await dropOldest(cache, (stored) => (full ? Math.ceil(stored / 2) : stored - limit), belongs);
  if (maxAge !== undefined) await dropExpired(cache, maxAge, belongs);
}

/* ---- worker/precache.js ---- */

// Stores the files of this build at installation, and removes those of others.

const PRECACHE = CACHE_PREFIX + "precache";

/** Files that are fetched at a time: enough to keep the connection busy, and the page's own requests alive. */
const PRECACHE_PARALLEL = 16;

usedCaches.add(PRECACHE);

/** @param path  as on disk, below the base folder */
function urlOfPath(path) {
  return BASE + path.split("/").map(encodeURIComponent).join("/");
}

/**
 * Where an entry is stored. The content's hash is part of it: an update fetches only what has changed,
 * and the old version keeps its own files for as long as it runs.
 */
function precacheKey([path, hash]) {
  return `${urlOfPath(path)}?pwagen=${encodeURIComponent(hash)}`;
}

/**
 * Fetches a file and verifies it. An old copy from the browser's own cache is as good as any if the hash
 * is right; if it isn't, the second try goes to the server.
 */
async function fetchEntry([path, hash]) {
  const { verify } = CONFIG.offline;
  const integrity = verify ? `sha256-${hash}` : "";
  for (const cache of (verify ? ["default", "reload"] : ["reload"])) {
    const response = await fetch(urlOfPath(path), { integrity, cache }).catch(() => undefined);
    if (response?.status === 200) return response;
  }
  const { status } = await fetch(urlOfPath(path), { cache: "no-store" }).catch(() => ({ status: 0 }));
  throw new Error(status === 200 ? "it is not the file that was built" : status ? `status ${status}` : "it can't be reached");
}

async function addEntry(cache, entry) {
  const put = async () => cache.put(precacheKey(entry), withoutRedirect(await fetchEntry(entry)));
  try {
    await put();
  } catch (error) {
    if ((error).name !== "QuotaExceededError") throw error;
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
        const { message } = (error);
        if (entry[2]) throw new Error(`${urlOfPath(entry[0])}: ${message}`, { cause: error });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: PRECACHE_PARALLEL }, fetchQueue));
  } catch (error) {
    await broadcast("error", { name: "RegistrationError", message: (error).message });
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

/* ---- shared/path.js ---- */

// What of a URL says which file it is.

function withoutQuery(url) {
  return url.split(/[?#]/)[0];
}

/** The decoded path of a URL below BASE, without query and fragment; undefined if it isn't below. */
function pathBelowBase(url) {
  if (!url.startsWith(BASE)) return;
  try {
    return decodeURIComponent(withoutQuery(url.slice(BASE.length)));
  } catch {
    return; // a malformed %
  }
}

/* ---- worker/precached.js ---- */

// Finds the file of this build that belongs to a URL.

let precacheIndex;

/**
 * The precached file that a host answers with at a URL: about/ and about are about/index.html, or about
 * is about.html.
 *
 * @param anyQuery  a file's content doesn't depend on a query such as ?v=1
 */
function precachedEntry(url, anyQuery = false) {
  precacheIndex ??= new Map(CONFIG.offline.precache.map((entry) => [entry[0], entry]));
  const path = pathBelowBase(url);
  if (path === undefined || (!anyQuery && new URL(url).search)) return;
  const files = [path, path + ".html", path + "/index.html", path.replace(/(^|\/)$/, "$1index.html")];
  return files.map((file) => precacheIndex?.get(file)).find((entry) => entry);
}

/** @param url  that it is to be the answer for */
async function precachedResponse(entry, url) {
  // Without the slash the page's relative links would lead elsewhere.
  const { pathname, search } = new URL(url);
  if (entry[0] === pathBelowBase(url) + "/index.html") return Response.redirect(pathname + "/" + search);
  return caches.match(precacheKey(entry), { cacheName: PRECACHE });
}

/* ---- worker/strategies.js ---- */

// The five ways to answer from the network and from what is stored.

/**
 * How a request is to be answered.
 *
 * @property rule  what decides that, in the terms of pwagen.yaml
 * @property strategy  none: the browser asks the server, as if there were no worker
 * @property purpose  what fallback may stand in for
 * @property key  the URL without what doesn't matter
 * @property entry  the precached file that may answer
 * @property keep  whether the network's answer is stored
 * @property belongs  which stored URLs count for maxEntries
 */

/** What is kept when it is met, by its purpose. */
const ASSETS = ["style", "script", "font", "image"];

/** Pages that were answered with a precached file. Their assets must be of the same build. */
const precachedClients = new Set();

/** What a response is stored under: with the headers, because it may vary by them. */
function keyRequest(key, { headers }) {
  return new Request(key, { headers });
}

/** What was kept as it was met, unless it has expired; else the file of this build. */
async function storedCopy(request, { key, entry, keep, maxAge }, onPrecached) {
  const met = keep && (await caches.match(keyRequest(key, request), { cacheName: RUNTIME_CACHE }));
  if (met && !isExpired(met, maxAge, Date.now())) return met;
  if (!entry) return;
  onPrecached?.();
  return precachedResponse(entry, key);
}

async function storedAnswer({ request, resultingClientId }, plan) {
  return storedCopy(request, plan, () => plan.purpose === "page" && precachedClients.add(resultingClientId));
}

async function networkAnswer(event, { key, keep, purpose = "", belongs, maxEntries, maxAge }) {
  const { request } = event;
  const session = signOuts;
  // Firefox resolves a preload that failed where others reject it (https://github.com/GoogleChrome/workbox/issues/3134).
  const preloaded = await event.preloadResponse;
  const response = preloaded && preloaded.type !== "error" ? preloaded : await fetch(request);
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // What a host answers with for a file that is gone is no style.
  const isOfKind = purpose === "page" ? isPage : !(isPage && ASSETS.includes(purpose));
  if (keep && isOfKind && isStorable(request, response)) {
    event.waitUntil(store(keyRequest(key, request), response.clone(), session, belongs, maxEntries, maxAge));
  }
  return response;
}

const STRATEGIES = {
  "network-only": networkAnswer,

  "network-first": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {})); // A late answer is still stored.
    try {
      return await (plan.timeout ? withTimeLimit(answer, plan.timeout) : answer);
    } catch {
      return (await storedAnswer(event, plan)) ?? answer;
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

// Stands in where neither the network nor the store has an answer.

/** Files that stand in, by what a request is for. */
const FALLBACKS = ({ page: CONFIG.offline.page, ...CONFIG.offline.fallbacks });

/** What a request is for: "page", "json", or its destination. */
function purposeOf({ url, mode, destination, headers }) {
  if (mode === "navigate") return "page";
  return !destination && /\bjson\b/.test(headers.get("Accept") + new URL(url).pathname) ? "json" : destination;
}

/** The file that stands in for an answer that can't be had. */
async function fallback(purpose = "") {
  const file = urlOfPath(FALLBACKS[purpose] ?? "");
  const entry = FALLBACKS[purpose] && precachedEntry(file);
  const response = entry && (await precachedResponse(entry, file));
  if (!response) return Response.error();
  // The page is for any URL: hence the base, for its relative links.
  const base = `$&<base href="${BASE}">`;
  const body = purpose === "page" ? (await response.text()).replace(/<head[^>]*>/i, base) : response.body;
  // Not 200: a prefetch or a script must not take it for what was asked for.
  return new Response(body, { status: 503, statusText: "Offline", headers: response.headers });
}

/* ---- worker/routes.js ---- */

// Decides how a request is answered: by the rules of pwagen.yaml, else by our own.

const pattern = (source) => new RegExp(source, "u");

const NEVER = CONFIG.offline.never.map(pattern);
const ROUTES = CONFIG.offline.routes.map((route) => ({ ...route, match: pattern(route.match), rule: `offline.routes ${route.match}` }));
const IGNORED_PARAMS = pattern(CONFIG.offline.ignoreParams);

/** A URL as it is on all hosts: open/?x, open.html?x and open/index.html?x are open?x. */
const plainUrl = (url) => url.split("#")[0].replace(/(\/|\/index\.html|\.html)\?/, "?");

/** What comes before and after the part of a URL that the system fills in; all of it where it fills in nothing. */
const LAUNCHES = CONFIG.offline.launches.map((url) => plainUrl(new URL(url, BASE).href).split("%s"));

/**
 * A name that changes with the content, e.g. app.3f9ac21b.css or index-BxYz12Ab.js: eight and more hexadecimal
 * digits, or eight of base64url. Dates, IMG_2024 and Chapter1 are no such names. The same as in hosting/.
 */
const FINGERPRINT =
  /(?:(?:^|[/._-])(?=[a-f]*[0-9]+[a-f]+[0-9]|[0-9]*[a-f]+[0-9]+[a-f])[0-9a-f]{8,}|[.-](?=[0-9A-Za-z_]*[0-9][A-Za-z])(?=[0-9A-Za-z_]*[A-Z])[0-9A-Za-z_]{6}(?:[0-9A-Za-z_][A-Za-z_]|[A-Za-z_][0-9A-Za-z_]))(?:\.[0-9A-Za-z_]+)*\.(?:css|js|mjs|wasm|woff2?|png|jpe?g|gif|webp|avif|svg)$/;

/** The URL without fragment and without parameters that don't matter. */
function cacheKey(url) {
  const key = new URL(url);
  key.hash = "";
  for (const name of [...key.searchParams.keys()]) {
    if (IGNORED_PARAMS.test(name)) key.searchParams.delete(name);
  }
  return key.href;
}

/** Whether a URL opens the app at a page whose content doesn't depend on the query: what is shared, for example. */
function isLaunch(url) {
  const plain = plainUrl(url);
  return LAUNCHES.some(([start, end]) => (end === undefined ? plain === start : plain.startsWith(start) && plain.endsWith(end)));
}

/** What is refreshed in the background is there without a network, too. */
const REFRESHED = new Set(CONFIG.offline.refreshed.map((url) => withoutQuery(new URL(url, BASE).href)));
const REFRESHED_ROUTE = { rule: "periodic_sync", strategy: ("network-first") };

function routeOf(url) {
  const path = pathBelowBase(url);
  const route = path === undefined ? undefined : ROUTES.find(({ match }) => match.test(path));
  return route ?? (REFRESHED.has(withoutQuery(url)) ? REFRESHED_ROUTE : undefined);
}

/**
 * How to answer a request; undefined if that is the browser's own business.
 *
 * @param fromPrecache  the request is that of a precached page
 */
function planFor(request, fromPrecache) {
  const { method, url, destination, headers } = request;
  if (method !== "GET" || new URL(url).origin !== self.location.origin) return;
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
  const belongs = (stored) => routeOf(stored) === route;
  if (route) return { timeout, ...route, key, purpose, entry, keep: true, belongs };
  // register.more.js has this build's version as its query: a page must not get another build's.
  const isFixed = !page && (FINGERPRINT.test(new URL(key).pathname) || new URL(url).search === `?${CONFIG.version}`);
  if (entry && !page && (fromPrecache || isFixed)) return { rule, strategy: "cache-first", key, entry };
  const strategy = isFixed ? "cache-first" : "network-first";
  if (entry || isAsset || page) return { rule, strategy, key, purpose, entry, keep: !entry, belongs, timeout };
  return FALLBACKS[purpose] ? { rule: "offline.fallbacks", strategy: "network-only", key, purpose } : undefined;
}

async function answer(event, plan) {
  const response = await STRATEGIES[(plan.strategy)](event, plan).catch(() => undefined);
  return partOf(event.request, response ?? (await fallback(plan.purpose)));
}

/**
 * Whether a stored answer is for what this build has a file for: an earlier build's page would be shown
 * with this one's styles and scripts.
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
  const { request, clientId } = event;
  const plan = planFor(request, precachedClients.has(clientId));
  return plan && { ...plan, stored: () => storedCopy(request, plan), answer: plan.strategy && (() => answer(event, plan)) };
});

/* ---- worker/static-routes.js ---- */

// What is none of the worker's business doesn't even wake it. For browsers that have
// https://w3c.github.io/ServiceWorker/#service-worker-static-routing; planFor says the same for the others.
onEvent("install", (event) => event.addRoutes?.(CONFIG.offline.staticRoutes).catch(console.warn));

/* ---- CONFIG ---- */

/** What depends on your site, from pwagen.yaml and from the files that were there at the build. */
function siteConfig() { return {
  "version": "007a2deb5ea13a08",
  "app": {
    "name": "Minimal"
  },
  "update": "prompt",
  "offline": {
    "page": "offline.html",
    "fallbacks": {},
    "precache": [
      ["offline.css", "QeNfbErAe8zGfsNDlS7qz+kmEumDuDmkJ3trnRn5/q4=", 1],
      ["offline.html", "qOXOGhUIyhPiCiYTf44SDKcKxaEazxL73xBwMDcruNQ=", 1],
      ["register.js", "Y9knDKR+hihi2hJl00atEjwhp8lD8albHcZF88g7xvw=", 1],
      ["register.more.js", "sW5mPI0WlxwHDPFi7UoEPIi78NqpDCWPLflj8OonoXA=", 1]
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
}; }
})();
