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
 *   worker/posts.js          Tells a page that it is the answer to a POST.
 *   worker/range.js          Cuts out of a stored response what a media element asks for.
 *   shared/store-name.js     The name of the store, and what takes its place where there is none.
 *   worker/sign-out.js       When a user signs out, nothing of theirs stays.
 *   worker/storage.js        What of the answers that come by may be kept, and how much of it.
 *   worker/precache.js       Stores the files of this build at installation.
 *   shared/path.js           What of a URL says which file it is.
 *   worker/precached.js      Finds the file of a build that belongs to a URL.
 *   worker/builds.js         Gives a page the files of its own build alone.
 *   worker/strategies.js     The five ways to answer from the network and from what is stored.
 *   worker/fallbacks.js      Stands in where neither the network nor the store has an answer.
 *   worker/routes.js         Decides how a request is answered: by the rules of pwagen.yaml, else by our own.
 *   worker/static-routes.js  What is none of the worker's business doesn't even wake it.
 *   worker/forms.js          A form that is sent without a network: the offline page says so.
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
 * The app's pages, the last focused first, also those in frames. Includes those that this worker doesn't
 * control (yet), e.g. after a hard reload.
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
 * @param timeLimit  milliseconds; a hidden page answers, a frozen one doesn't
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

/** Tells every page of the app. */
async function broadcast(type, detail) {
  for (const client of await appPages()) client.postMessage({ pwagen: type, detail });
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

/** Becomes the active worker as soon as the one before has ended what it is at, or is asked to. */
function takeOver() {
  const old = self.registration.active;
  // Not at once: a worker that gets a message when it could be replaced is kept by Chromium, and most are gone by then.
  setTimeout(() => old?.state === "activated" && old.postMessage({ pwagen: "make-way" }), HOOK_TIME_LIMIT);
  return self.skipWaiting();
}

// With "prompt" a new version waits until the page sends "skip-waiting": the user has agreed then.
onEvent("install", () => CONFIG.update === "auto" && takeOver());

// Claiming matters at the first visit: only a controlled page can be navigated by a click.
onEvent("activate", () => self.clients.claim());
onEvent("activate", deleteUnusedCaches);

// An earlier build may have switched it on: without a use for it each page would be asked for twice.
onEvent("activate", () => self.registration.navigationPreload?.[CONFIG.preload ? "enable" : "disable"]());

/* ---- worker/messages.js ---- */

// Does what a page asks for.

/** What the worker does for a page, by the message's name. Parts add theirs. */
const messageHandlers = {
  version: () => ({ version: CONFIG.version }),
  config: () => ({ config: CONFIG }),
  "skip-waiting": () => takeOver().then(() => ({ done: true })),
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
  const client = (await appWindows())[0];
  const matches = matchesFor(({ request, clientId: client?.id }));
  const rules = matches.map(async ({ answer, stored, ...match }) => ({ by: answer ? "worker" : "browser", ...match, stored: await stored?.() }));
  return { url, as: destination, rules: await Promise.all(rules) };
};

/* ---- worker/posts.js ---- */

// Tells a page that it is the answer to a POST.
//
// It can't see that itself, and reloading it would post again (https://github.com/whatwg/html/issues/3215).

/** The pages to come, by their clients' ids. */
const posts = new Set();

/** When something was last sent, in milliseconds since 1970: what is shown after that must have it. */
let lastSent = 0;

/**
 * The page that a navigation leads to, once it is there, if there comes one. Chromium waits for it, Firefox doesn't.
 */
async function pageToCome(id) {
  for (const end = Date.now() + 3000; ; ) {
    const page = await self.clients.get(id);
    if (page || Date.now() > end) return page;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

responders.push((event) => {
  const { request, resultingClientId: id } = event;
  const { mode, method } = request;
  if (!/GET|HEAD/.test(method)) lastSent = Date.now();
  posts.delete(id); // A redirect asks for the same page again, by GET.
  if (mode === "navigate" && method === "POST") {
    posts.add(id);
    event.waitUntil(pageToCome(id).then((page) => posts.delete(id) && page?.postMessage({ pwagen: "posted" })));
  }
});

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

/** Pages, assets and data as they were met. */
const RUNTIME_CACHE = CACHE_PREFIX + "runtime";

/** At the end of a cache's name: what scripts have asked for. A page and data of the same address are two things. */
const DATA = "-data";

const RUNTIME_CACHES = [RUNTIME_CACHE, RUNTIME_CACHE + DATA];

/** Uses caches that are dropped when the user signs out. */
function useCaches(names) {
  for (const name of names) usedCaches.add(name);
  const drop = () => Promise.all(names.map((name) => caches.delete(name)));
  addHook("sign-out", drop);
  return drop;
}

useCaches(RUNTIME_CACHES);

/** The header that says when a response was stored. Its Date is a server's clock, or that of days ago from a CDN. */
const STORED_AT = "Pwagen-Stored";

/** What is made for one user says so in Cache-Control or in Vary; Set-Cookie can't be seen here. */
const ONE_USERS = [/no-store|private/i, /\*|cookie|authorization/i];

/**
 * Whether a response may be kept: whole, and our origin's.
 *
 * @param refused  what may not be in its Cache-Control, and in its Vary
 */
function isStorable(request, { status, type, headers }, [control, varying] = ONE_USERS) {
  return (
    status === 200 &&
    type === "basic" &&
    !request.headers.has("Authorization") &&
    // It has no end.
    !/event-stream|x-mixed/.test(headers.get("Content-Type") ?? "") &&
    !control.test(headers.get("Cache-Control") ?? "") &&
    !varying.test(headers.get("Vary") ?? "")
  );
}

/** Whether a response says itself that it doesn't change: by "immutable", or for a month at least. */
function isLasting({ headers }) {
  const control = headers.get("Cache-Control") ?? "";
  return /immutable/i.test(control) || Number(/max-age=(\d+)/i.exec(control)?.[1]) >= 2_592_000;
}

/** A copy that says when it was stored, of a response that isStorable. */
function stamped(response) {
  const headers = new Headers(response.headers);
  headers.set(STORED_AT, new Date().toUTCString());
  return new Response(response.body, { headers });
}

/** Whether a stored response was kept as it was met, and is no file of a build. */
const isMet = ({ headers }) => headers.has(STORED_AT);

/**
 * A copy without the mark of a redirect, which browsers refuse as the answer to a navigation
 * (https://github.com/GoogleChrome/workbox/issues/173).
 */
const withoutRedirect = (response) => (response.redirected ? new Response(response.body, response) : response);

/**
 * Deletes of what belongs together what was stored first. One by one: a deleted cache gives its space
 * back when nobody has it open any more.
 */
async function dropOldest(cache, howMany, belongs = () => true) {
  const urls = (await cache.keys()).map(({ url }) => url).filter(belongs);
  const old = urls.slice(0, Math.max(howMany(urls.length), 0));
  await Promise.all(old.map((url) => cache.delete(url, { ignoreVary: true })));
}

/** Whether a stored response is older than `maxAge` milliseconds. One from a future has a clock that was wrong. */
function isExpired({ headers }, maxAge, now) {
  const stored = Date.parse(headers.get(STORED_AT) ?? headers.get("Date") ?? "");
  return maxAge !== undefined && !(Math.abs(now - stored) <= maxAge);
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
 * @param name  the cache's
 */
async function store(request, response, session, belongs, limit = RUNTIME_LIMIT, maxAge, name = RUNTIME_CACHE) {
  if (session !== signOuts) return;
  const cache = await caches.open(name);
  // Other failures, e.g. of a page that was left before all of it had come, say nothing about space.
  const full = await cache.put(request, stamped(response)).catch(({ name }) => name === "QuotaExceededError");
  await dropOldest(cache, (stored) => (full ? Math.ceil(stored / 2) : stored - limit), belongs);
  if (maxAge !== undefined) await dropExpired(cache, maxAge, belongs);
}

/* ---- worker/precache.js ---- */

// Stores the files of this build at installation.

const PRECACHE = CACHE_PREFIX + "precache";

/** Files that are fetched at a time: enough to keep the connection busy, and the page's own requests alive. */
const PRECACHE_PARALLEL = 16;

/** Where the lists of the builds are stored whose files are. */
const BUILDS_KEY = BASE + "?pwagen";
const THIS_BUILD = { version: CONFIG.version, precache: CONFIG.offline.precache };

usedCaches.add(PRECACHE);

/** @param path  as on disk, below the base folder */
const urlOfPath = (path) => BASE + path.split("/").map(encodeURIComponent).join("/");

/**
 * Where an entry is stored. The content's hash is part of it: an update fetches only what has changed,
 * and the old version keeps its own files for as long as it runs.
 */
const precacheKey = ([path, hash]) => `${urlOfPath(path)}?pwagen=${encodeURIComponent(hash)}`;

/** The policy that sw.js was sent with lets it fetch nothing. */
let isFetchForbidden = false;
self.addEventListener("securitypolicyviolation", (event) => {
  isFetchForbidden ||= (event).effectiveDirective === "connect-src";
});

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
  if (!status) await new Promise((resolve) => setTimeout(resolve, 50)); // The browser tells of a policy a little later.
  if (isFetchForbidden) throw new Error("the Content-Security-Policy of sw.js blocks it: add “connect-src 'self'”");
  throw new Error(status === 200 ? "it is not the file that was built" : status ? `status ${status}` : "it can't be reached");
}

/** @returns The active build, and the one before if there is one. */
async function storedBuilds() {
  const list = await caches.match(BUILDS_KEY, { cacheName: PRECACHE });
  return list ? list.json() : [];
}

/** Removes the files of all other builds, but not while one is on its way: it is in no list yet. */
async function deleteOthers(cache, builds) {
  const { installing, waiting } = self.registration;
  if ([installing, waiting].some((worker) => worker && worker !== self.serviceWorker)) return;
  const listed = new Set([BUILDS_KEY, ...builds.flatMap(({ precache }) => precache.map(precacheKey))]);
  const others = (await cache.keys()).filter(({ url }) => !listed.has(url));
  await Promise.all(others.map((request) => cache.delete(request)));
}

async function addEntry(cache, entry) {
  const put = async () => cache.put(precacheKey(entry), withoutRedirect(await fetchEntry(entry)));
  try {
    await put();
  } catch (error) {
    if ((error).name !== "QuotaExceededError") throw error;
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
        const { message } = (error);
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
    await broadcast("error", { name: "RegistrationError", message: (error).message });
    throw error;
  }
}

onEvent("install", async () => {
  isFirst = !(await (await caches.open(PRECACHE)).keys()).length;
  await precache();
});

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

// Finds the file of a build that belongs to a URL.

const precacheIndexes = new WeakMap();

/**
 * The precached file that a host answers with at a URL: about/ and about are about/index.html, or about
 * is about.html.
 *
 * @param anyQuery  a file's content doesn't depend on a query such as ?v=1
 */
function precachedEntry(url, anyQuery = false, list = CONFIG.offline.precache) {
  if (!precacheIndexes.has(list)) precacheIndexes.set(list, new Map(list.map((entry) => [entry[0], entry])));
  const path = pathBelowBase(url);
  if (path === undefined || (!anyQuery && new URL(url).search)) return;
  const files = [path, path + ".html", path + "/index.html", path.replace(/(^|\/)$/, "$1index.html")];
  return files.map((file) => precacheIndexes.get(list)?.get(file)).find((entry) => entry);
}

/** @param url  that it is to be the answer for */
async function precachedResponse(entry, url) {
  // Without the slash the page's relative links would lead elsewhere.
  const { pathname, search } = new URL(url);
  if (entry[0] === pathBelowBase(url) + "/index.html") return Response.redirect(pathname + "/" + search);
  return caches.match(precacheKey(entry), { cacheName: PRECACHE });
}

/* ---- worker/builds.js ---- */

// Gives a page the files of its own build alone.
//
// Also when the next build has taken over: as long as a window of the build before is open, its files stay.

/**
 * What is known of a page.
 *
 * @property isStored  it has a file of this build from the store, so all others must be, too
 * @property isMet  it was kept as it was met, by whichever build
 * @property isListed  the page itself is a file of a build
 * @property intact  all that it got from the network is what this build has
 * @property version  that of its register.js, once it has loaded
 * @property asked  it was asked for that, or need not be
 */

/** How long a page may take to load and say what it is, and to answer in the middle of a request. In milliseconds. */
const LOAD_TIME_LIMIT = 3000;
const BUILD_TIME_LIMIT = 300;

/** What a proxy answers with for a server that it can't reach, Cloudflare by 520 and more: nothing of that server's. */
const isGatewayError = ({ status }) => (status > 501 && status < 505) || status > 519;

/** By the clients' ids. A worker that was restarted asks the pages. */
const pageBuilds = new Map();

function pageBuild(id) {
  const build = pageBuilds.get(id) ?? {};
  pageBuilds.set(id, build);
  return build;
}

/**
 * The version of a page's register.js, undefined if the page doesn't say.
 *
 * @param timeLimit  milliseconds
 */
async function versionOf(page, timeLimit) {
  const build = pageBuild(page.id);
  build.version ??= (await askPage(page, timeLimit))?.version;
  return build.version;
}

/** Notes what is shown from the store as a page. */
function noteStoredPage(id, stored) {
  Object.assign(pageBuild(id), isMet(stored) ? { isMet: true, isListed: false, intact: undefined } : { isStored: true });
}

let earlier;

/** The build before this one, while its files are kept. */
const earlierBuild = () => (earlier ??= storedBuilds().then(([, before]) => before));

/** Keeps the files of this build and those of one before, and removes all others. */
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

let healing;

/** Fetches what may be missing or old; parts add theirs. */
let refill = fillPrecache;

/**
 * Fetches the files that are missing: a site's own code may have deleted all caches.
 *
 * @param isMissing  one is, for certain
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

/** Asks a page that is being loaded what it is. */
async function learnBuild(id) {
  await heal();
  const page = await pageToCome(id);
  if (page && (await versionOf(page, LOAD_TIME_LIMIT))) await dropEarlierBuild();
}

/** Notes what the network has answered a page with for a file of this build. */
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

/** @returns as in the list of precached files */
async function fileHash(response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/**
 * Whether a page may have the stored file where the network is slow or gone: if it is of this build, or if
 * there is no telling and no network. One two builds old has asked for its own in vain.
 *
 * @param answer  the network's
 */
async function mayGetStored(id, answer) {
  const { intact, isListed, version = CONFIG.version } = pageBuild(id);
  if (version !== CONFIG.version) return false;
  const late = answer.then(() => false, () => intact ?? true);
  return isListed && intact ? Promise.race([intact, late]) : late;
}

/** The build that a page is of, if that is certain. */
async function buildOf(id) {
  const build = pageBuild(id);
  build.asked ??= self.clients.get(id).then((page) => (page?.type === "window" ? versionOf(page, BUILD_TIME_LIMIT) : undefined));
  await build.asked;
  const { isStored, version, intact } = build;
  if (isStored) return CONFIG.version;
  return version && (await intact) !== false ? version : undefined;
}

/** The file of the very build that the asking page is of, if it is one whose files are stored. */
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
 * @property rule  what decides that, in the terms of pwagen.yaml
 * @property strategy  none: the browser asks the server, as if there were no worker
 * @property purpose  what fallback may stand in for
 * @property key  the URL without what doesn't matter
 * @property entry  the precached file that may answer
 * @property keep  whether the network's answer is stored
 * @property belongs  which stored URLs count for maxEntries
 * @property cache  the beginning of its name, RUNTIME_CACHE by default
 * @property refused  as isStorable takes it
 * @property ifLasting  the name says that the content never changes; the stored response has to say so, too
 * @property isRoute  a route of pwagen.yaml says so: any kind of file may be a page's answer
 * @property shell  the file that stands for all addresses of the app
 */

/** What is kept when it is met, by its purpose. */
const ASSETS = ["worker", "sharedworker", "style", "script", "font", "image"];

/**
 * By these headers frameworks ask for a part of a page, or for its data, at the page's own address: htmx, Turbo, Inertia,
 * Unpoly, pjax, Alpine AJAX, React Server Components. Others, such as HX-Current-URL, say where they ask from.
 */
const PART_HEADERS = /^(hx-(req|tar)|turbo-f|x-(inertia|up-t|pjax|requested|alpine)|rsc$)/;

/** Whether a script asks, and not the page itself or for a file of it. */
const isData = (purpose = "") => purpose !== "page" && !ASSETS.includes(purpose);

const cacheName = ({ purpose, cache = RUNTIME_CACHE }) => cache + (isData(purpose) ? DATA : "");

/** What a response is stored under: with the headers, because it may vary by them. */
function keyRequest({ key, purpose }, { headers }) {
  const url = new URL(key);
  let [part = ""] = /html|turbo-stream/.exec(headers.get("Accept") ?? "") ?? [];
  for (const [name, value] of headers) {
    if (PART_HEADERS.test(name)) part += name + value;
  }
  if (part && isData(purpose)) url.searchParams.set("pwagen-part", part);
  return new Request(url, { headers });
}

/** What was kept as it was met, unless it has expired; else the file of this build. */
async function storedCopy(request, plan) {
  const { key, entry, keep, maxAge } = plan;
  const met = keep && (await caches.match(keyRequest(plan, request), { cacheName: cacheName(plan) }));
  if (met && !isExpired(met, maxAge, Date.now())) return met;
  if (!entry) return;
  const file = await precachedResponse(entry, key);
  if (!file) heal(true);
  return file;
}

async function storedAnswer({ request, resultingClientId }, plan) {
  const stored = await storedCopy(request, plan);
  if (stored && plan.purpose === "page") noteStoredPage(resultingClientId, stored);
  return stored;
}

async function networkAnswer(event, plan) {
  const { keep, purpose = "", isRoute, shell } = plan;
  const { request } = event;
  const session = signOuts;
  // Firefox resolves a preload that failed where others reject it (https://github.com/GoogleChrome/workbox/issues/3134).
  const preloaded = await event.preloadResponse;
  // Of a shell's addresses the server knows nothing, but it may lead elsewhere.
  const isUsable = preloaded && preloaded.type !== "error" && (!shell || preloaded.ok || preloaded.type === "opaqueredirect");
  const response = isUsable ? preloaded : await fetch(shell ?? request);
  noteAnswer(event, plan, response);
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // What a host answers with for a file that is gone is no style.
  const isAsset = ASSETS.includes(purpose);
  const isOfKind = purpose === "page" ? isPage || isRoute : !(isPage && isAsset);
  // A page, data, or the pictures of a camera. What is copied goes through this worker to its end.
  const mayBeEndless =
    (!isAsset || purpose === "image") && response.status === 200 && !response.redirected && !response.headers.has("Content-Length");
  const shown = mayBeEndless ? until(response, makeWay.signal) : response;
  if (keep && isOfKind && isStorable(request, response, plan.refused)) {
    const copy = shown.clone();
    const kept = keepAnswer(plan, request, mayBeEndless ? until(copy, AbortSignal.timeout(KEEP_TIME_LIMIT)) : copy, session);
    event.waitUntil(kept);
  }
  await plan.onAnswer?.(response, () => storedCopy(request, plan));
  return shown;
}

/** Aborted when the next build, which was let in a while ago, still waits for what this worker answers. */
let makeWay = new AbortController();

messageHandlers["make-way"] = () => {
  makeWay.abort();
  makeWay = new AbortController(); // of what is asked for from now on
  return { done: true };
};

/** An answer that ends with an error if it is still coming when the signal comes. */
const until = (response, signal) => new Response(response.body?.pipeThrough(new TransformStream(), { signal }), response);

/**
 * Stores an answer that isStorable.
 *
 * @param response  nobody else's: it is read to its end
 * @param session  signOuts when it was asked for
 */
const keepAnswer = (plan, request, response, session) =>
  store(keyRequest(plan, request), response, session, plan.belongs, plan.maxEntries, plan.maxAge, cacheName(plan));

/** Whether an answer is for somebody who isn't signed in. A redirect leads to a log-in, most likely. */
const isLogInWanted = ({ type, status }) => type === "opaqueredirect" || status === 401 || status === 403;

/** How long an answer of unknown length may take to be stored, in milliseconds. */
const KEEP_TIME_LIMIT = 30_000;

/** For how long a page is waited for after something was sent, in milliseconds. */
const SENT_PAUSE = 60_000;

/**
 * Whether a page is asked for anew: an older one, shown because the network is slow, would be taken for the answer.
 */
const isAskedAnew = ({ cache, isReloadNavigation }) =>
  isReloadNavigation || /reload|no-cache/.test(cache) || Date.now() - lastSent < SENT_PAUSE;

/** Tells a page that it came from the store, and when the network has one after all. */
async function tellPage(id, detail) {
  const page = await pageToCome(id);
  page?.postMessage({ pwagen: "page", detail });
}

/**
 * The stored answer where the network's is late or missing.
 *
 * @param answer  rejected: there is none
 */
async function insteadOf(event, plan, answer) {
  const { clientId, resultingClientId: id } = event;
  const isPage = plan.purpose === "page";
  const stored = (isPage || (await mayGetStored(clientId, answer))) && (await storedCopy(event.request, plan));
  if (!stored) return undefined;
  if (!isPage) {
    if (!isMet(stored)) pageBuild(clientId).isStored = true;
    return stored;
  }
  // Made for each request, and not to be shown as if it were of this one.
  if (plan.keep && /no-cache/i.test(stored.headers.get("Cache-Control") ?? "")) {
    const late = await answer.catch(() => undefined);
    if (late) return late;
  }
  noteStoredPage(id, stored);
  event.waitUntil(tellPage(id, { state: "stored" }));
  const tellFresh = (fresh) => (fresh.status < 500 && tellPage(id, { state: "fresh", redirected: isLogInWanted(fresh) }));
  event.waitUntil(answer.then(tellFresh, () => {}));
  return stored;
}

const STRATEGIES = {
  "network-only": networkAnswer,

  "network-first": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {})); // A late answer is still stored.
    const usable = answer.then((response) => (isGatewayError(response) ? Promise.reject(response) : response));
    const waits = !plan.timeout || (plan.purpose === "page" && isAskedAnew(event.request));
    try {
      return await (waits ? usable : withTimeLimit(usable, plan.timeout ?? 0));
    } catch {
      return (await insteadOf(event, plan, usable)) || answer;
    }
  },

  "cache-first": async (event, plan) => {
    const stored = await storedAnswer(event, plan);
    if (stored && (!plan.ifLasting || isLasting(stored))) return stored;
    return STRATEGIES[plan.ifLasting ? "network-first" : "network-only"](event, plan);
  },

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

/**
 * The offline page for any address: with a base for its relative links, and where pwagen has made it with absolute
 * ones, since a Content-Security-Policy may forbid the base. In bytes: it may be in any encoding of ASCII and more.
 *
 * @param isUnsent  it is to say that a form was not sent
 */
function pageAnywhere(page, isUnsent) {
  const text = Array.from(new Uint8Array(page), (byte) => String.fromCharCode(byte)).join("");
  const [start] = /^[^]*?<head(?=[\s>])[^>]*>/i.exec(text) ?? /^\s*(<!doctype[^>]*>\s*)?(<html(?=[\s>])[^>]*>)?/i.exec(text) ?? [""];
  let rest = text.slice(start.length);
  if (/name="generator" content="pwagen"/.test(rest)) rest = rest.replace(/ (href|src)="(?![a-z]+:|[/#])/g, `$&${BASE}`);
  if (isUnsent) rest = rest.replace("hidden data-pwagen-unsent", "data-pwagen-unsent");
  return Uint8Array.from(`${start}<base href="${BASE}">${rest}`, (letter) => letter.charCodeAt(0));
}

/**
 * The file that stands in for an answer that can't be had. A part may choose another.
 *
 * @param isUnsent  the page is to say that a form was not sent
 */
let fallback = async (purpose = "", isUnsent = false) => {
  const file = urlOfPath(FALLBACKS[purpose] ?? "");
  const entry = FALLBACKS[purpose] && precachedEntry(file);
  const response = entry && (await precachedResponse(entry, file));
  if (!response) return Response.error();
  const body = purpose === "page" ? pageAnywhere(await response.arrayBuffer(), isUnsent) : response.body;
  // Not 200: a prefetch or a script must not take it for what was asked for.
  return new Response(body, { status: 503, statusText: "Offline", headers: response.headers });
};

/* ---- worker/routes.js ---- */

// Decides how a request is answered: by the rules of pwagen.yaml, else by our own.

const pattern = (source) => new RegExp(source, "u");

const NEVER = CONFIG.offline.never.map(pattern);
const ROUTES = CONFIG.offline.routes.map((route) => ({ ...route, match: pattern(route.match), rule: `offline.routes ${route.match}` }));
const IGNORED_PARAMS = pattern(CONFIG.offline.ignoreParams);

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

/** Whether a URL opens the app at a page whose content doesn't depend on the query (launch-urls.js). */
let isLaunch = () => false;

/** Asked in this order; parts add theirs. */
const routeFinders = [
  (url) => {
    const path = pathBelowBase(url);
    return path === undefined ? undefined : ROUTES.find(({ match }) => match.test(path));
  },
];

function routeOf(url) {
  for (const find of routeFinders) {
    const route = find(url);
    if (route) return route;
  }
  return undefined;
}

/** The app's page for an address of which the server has no file (app-shell.js). */
let shellOf = () => undefined;

/**
 * How to answer a request; undefined if that is the browser's own business.
 *
 * @param fromStore  the request is that of a page that has files of this build from the store
 */
function planFor(request, fromStore = false) {
  const { method, url, destination, headers } = request;
  // Neither what changes something, nor what has no end, nor other sites.
  const isEndless = /event-stream/.test(headers.get("Accept") ?? "");
  if (method !== "GET" || isEndless || new URL(url).origin !== self.location.origin) return;
  const key = cacheKey(url);
  const path = pathBelowBase(key);
  const purpose = purposeOf(request);
  const page = purpose === "page";
  const isAsset = ASSETS.includes(destination);
  const entry = precachedEntry(key, !page || isLaunch(url));
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
  if (route) return { timeout, ...route, key, purpose, entry, keep: true, belongs, isRoute: true };
  const shell = page && !precachedEntry(key, true) && shellOf(key);
  if (shell) return { rule: "offline.app_shell", strategy: "network-first", key, purpose, timeout, ...shell };
  // register.more.js has this build's version as its query: a page must not get another build's.
  const isFixed = !page && (FINGERPRINT.test(new URL(key).pathname) || new URL(url).search === `?${CONFIG.version}`);
  if (entry && !page && (fromStore || isFixed)) return { rule, strategy: "cache-first", key, entry };
  const strategy = isFixed ? "cache-first" : "network-first";
  // Data may be another with another query: the file is for a time without a network alone.
  if (entry && !page && !isAsset) return { rule, strategy, key, purpose, entry };
  if (isAsset || page) return { rule, strategy, key, purpose, entry, keep: !entry, belongs, timeout, ifLasting: (isFixed && !entry) || undefined };
  return FALLBACKS[purpose] ? { rule: "offline.fallbacks", strategy: "network-only", key, purpose } : undefined;
}

/** Addresses for which the browser is to ask who the user is: it does so for requests of its own alone. */
const logIns = new Set();

async function answer(event, plan) {
  const { request, clientId, resultingClientId: id } = event;
  const isNavigation = request.mode === "navigate";
  // Its files need not ask a page that is still to come. A redirect asks for the same one again. What a page's worker
  // loads is of the page's build.
  if (id) pageBuilds.set(id, isNavigation ? { asked: Promise.resolve() } : pageBuild(clientId));
  if (isNavigation) event.waitUntil(learnBuild(id));
  const own = ASSETS.includes(request.destination) && (await ownFile(event, plan));
  if (own) return partOf(request, own);
  const response = await STRATEGIES[(plan.strategy)](event, plan).catch(() => undefined);
  if (isNavigation && response?.status === 401 && response.headers.has("WWW-Authenticate")) {
    logIns.add(request.url);
    return Response.redirect(request.url);
  }
  // Better than none: the page without its query.
  const file = !response && plan.purpose === "page" && precachedEntry(plan.key, true);
  return partOf(request, response ?? ((file && (await precachedResponse(file, plan.key))) || (await fallback(plan.purpose))));
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
  for (const name of RUNTIME_CACHES) {
    if (!(await caches.has(name))) continue; // Opening it would make it.
    await dropOldest(await caches.open(name), (stored) => stored, isSuperseded);
  }
}

onEvent("activate", dropSuperseded);

responders.push((event) => {
  const { request, clientId } = event;
  if (logIns.delete(request.url)) return undefined;
  const plan = planFor(request, pageBuilds.get(clientId)?.isStored);
  return plan && { ...plan, stored: () => storedCopy(request, plan), answer: plan.strategy && (() => answer(event, plan)) };
});

/** Keeps the pages of the first visit, which no worker has seen: as the browser has them, without asking again. */
async function keepFirstPages() {
  if (!isFirst) return;
  for (const { url } of await appWindows()) {
    const request = new Request(url, { headers: { Accept: "text/html" } });
    const plan = planFor({ url, method: "GET", mode: "navigate", destination: "document", headers: request.headers });
    if (!plan?.keep || plan.entry || plan.strategy === "network-only") continue;
    const response = await fetch(request, { cache: "only-if-cached", mode: "same-origin" });
    if (isStorable(request, response, plan.refused)) await keepAnswer(plan, request, response, signOuts);
  }
}

onEvent("activate", () => keepFirstPages().catch(() => {}));

/* ---- worker/static-routes.js ---- */

// What is none of the worker's business doesn't even wake it. For browsers that have
// https://w3c.github.io/ServiceWorker/#service-worker-static-routing; planFor says the same for the others.
onEvent("install", (event) => event.addRoutes?.(CONFIG.staticRoutes).catch(console.warn));

/* ---- worker/forms.js ---- */

// A form that is sent without a network: the offline page says so. The browser keeps what is typed for "back", and
// asks itself whether to send it again on the way back to its answer.

responders.push(({ request }) => {
  const { url, mode, method, isHistoryNavigation } = (request);
  const path = pathBelowBase(url);
  const isForm = mode === "navigate" && method === "POST" && path !== undefined && !isHistoryNavigation;
  if (!isForm || NEVER.some((each) => each.test(path))) return undefined;
  return { rule: "a form", answer: () => fetch(request).catch(() => fallback("page", true)) };
});

/* ---- CONFIG ---- */

/** What depends on your site, from pwagen.yaml and from the files that were there at the build. */
function siteConfig() { return {
  "version": "87719fde37f7fe20",
  "app": {
    "name": "Minimal"
  },
  "update": "prompt",
  "preload": true,
  "offline": {
    "page": "offline.html",
    "fallbacks": {},
    "precache": [
      ["icons/badge-96.png", "nrmflIo0Yssz77yLJGb6WiL/WIIqmmYAj4MvuVG2A0o=", 0],
      ["icons/icon-192.png", "1Yu42lVV5QCmlNU7LSyEa0aMtBN3g9sh+sNtF3uV/DM=", 0],
      ["offline.css", "pbogCYx/kw4ThDLs6h51anLmBOoyiHsoU0FEmf370bQ=", 1],
      ["offline.html", "88ss+ntBf5QwqvW3fWsCzvXWkcKW1xW/DqLULss8He4=", 1],
      ["register.js", "g8egNaQ7NroixCQmLoKCUZAEXZStU9/Av6lk1q+IvEM=", 1],
      ["register.more.js", "uNbCb2BL0dnKUrXHk+Mxt8sHlrTAk7MJtDlFlnZvT1k=", 1]
    ],
    "routes": [],
    "never": [
      "^admin(?:/[\\s\\S]*)?$",
      "^accounts(?:/[\\s\\S]*)?$",
      "^api(?:/[\\s\\S]*)?$"
    ],
    "ignoreParams": "^(?:utm_.*|fbclid|gclid)$",
    "timeout": 4000,
    "verify": true
  },
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
  ]
}; }
})();
