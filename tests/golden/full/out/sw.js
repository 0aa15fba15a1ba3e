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
 *   worker/base.js                  Names and addresses that all parts build on.
 *   shared/base.js                  Looks into values that nobody has checked.
 *   shared/time-limit.js            Waits, but not for ever.
 *   worker/events.js                One listener for each of the browser's events, hooks for the app's own.
 *   worker/lifecycle.js             Takes over from the version before, and cleans up after it.
 *   worker/messages.js              Does what a page asks for.
 *   worker/fetch.js                 Answers requests, or leaves them to the browser.
 *   worker/explain.js               Tells in the DevTools console which rule answers a URL.
 *   worker/posts.js                 Tells a page that it is the answer to a POST.
 *   worker/range.js                 Cuts out of a stored response what a media element asks for.
 *   shared/store-name.js            The name of the store, and what takes its place where there is none.
 *   worker/sign-out.js              When a user signs out, nothing of theirs stays.
 *   worker/storage.js               What of the answers that come by may be kept, and how much of it.
 *   worker/precache.js              Stores the files of this build at installation.
 *   shared/path.js                  What of a URL says which file it is.
 *   worker/precached.js             Finds the file of a build that belongs to a URL.
 *   worker/builds.js                Gives a page the files of its own build alone.
 *   worker/strategies.js            The five ways to answer from the network and from what is stored.
 *   worker/fallbacks.js             Stands in where neither the network nor the store has an answer.
 *   worker/routes.js                Decides how a request is answered: by the rules of pwagen.yaml, else by our own.
 *   shared/same-page.js             Tells whether two URLs are the same page.
 *   worker/launch-urls.js           Knows the URLs of pages that don't depend on their query: what is shared opens them.
 *   worker/refreshed-urls.js        What is refreshed in the background is there without a network, too.
 *   worker/static-routes.js         What is none of the worker's business doesn't even wake it.
 *   shared/language.js              Finds the language that fits best.
 *   shared/database.js              One transaction over an IndexedDB database.
 *   shared/store.js                 A few values that outlive the worker and that page and worker share.
 *   worker/language.js              Finds what is written in the user's language.
 *   worker/offline-page.js          Takes the offline page in the user's language.
 *   shared/url.js                   Which URLs somebody may be sent to.
 *   shared/notification-options.js  Makes options that showNotification accepts of what a message says.
 *   worker/notification.js          Shows notifications, whatever a message says, whatever becomes of its images.
 *   worker/click.js                 Where a click leads, and how the user gets there.
 *   worker/notification-events.js   What a click on a notification does, and what its dismissal does.
 *   worker/push.js                  Every push ends in a visible notification.
 *   shared/subscription-request.js  The request that tells the server of a subscription.
 *   worker/subscription.js          Tells the server when the browser replaces a subscription.
 *   shared/translation.js           Puts another language's words into notifications.
 *   worker/translation.js           Shows notifications in the user's language, as far as pwagen.yaml words them.
 *   shared/badge-values.js          Reads, changes and adds up the values of badges.
 *   shared/badge.js                 The badge on the app's icon, counted by topic.
 *   worker/badge.js                 Counts on the app's badge what is pushed, clicked and dismissed.
 *   worker/refresh.js               Fetches a URL anew, and keeps what it answers.
 *   worker/periodic-sync.js         Refreshes the URLs of periodic_sync in the background, and tells of what is new.
 *   shared/downloads.js             Where downloaded files are kept.
 *   worker/downloads.js             Keeps large files that the user has asked for, until they are not wanted any more.
 *   worker/download-events.js       Takes over what Background Fetch has fetched, and notes what became of it.
 *   worker/outbox-store.js          Keeps requests that wait for a network, and those that have failed.
 *   shared/outbox-rule.js           Which requests the outbox keeps.
 *   worker/outbox.js                Sends what a page sends, and keeps it if there is no network.
 *   shared/retry-after.js           When a server wants to be asked again.
 *   worker/outbox-replay.js         Sends what waits in the outbox, in order, and again until it arrives or fails.
 *   worker/outbox-messages.js       Lists, empties and sends the outbox for a page.
 *   worker/share.js                 Receives what is shared to the app.
 *   worker/forms.js                 A form that is sent without a network: the offline page says so.
 *   worker/widgets.js               Fills the widgets of the Windows widgets board.
 *   worker/hooks.js                 Loads your own code, from the file that worker.hooks names.
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

/* ---- shared/same-page.js ---- */

// Tells whether two URLs are the same page.

/**
 * A page's URL in one of the ways in which hosts name it: open/, open.html and open/index.html are open, at any fragment.
 */
function plainUrl(url) {
  const { origin, pathname, search } = new URL(url);
  return origin + pathname.replace(/(\/|\/index\.html|\.html)$/, "") + search;
}

const isSamePage = (url, other) => plainUrl(url) === plainUrl(other);

/* ---- worker/launch-urls.js ---- */

// Knows the URLs of pages that don't depend on their query: what is shared opens them.

/** What comes before and after the part of a URL that the system fills in; all of it where it fills in nothing. */
const LAUNCHES = CONFIG.launchUrls.map((url) => plainUrl(new URL(url, BASE).href).split("%s"));

isLaunch = (url) => {
  const plain = plainUrl(url);
  return LAUNCHES.some(([start, end]) => (end === undefined ? plain === start : plain.startsWith(start) && plain.endsWith(end)));
};

/* ---- worker/refreshed-urls.js ---- */

// What is refreshed in the background is there without a network, too.

const REFRESHED = new Set(CONFIG.refreshedUrls.map((url) => withoutQuery(new URL(url, BASE).href)));

/** One for all of them: what is stored of a route is told by it. */
const REFRESHED_ROUTE = { rule: "periodic_sync", strategy: "network-first" };

routeFinders.push((url) => (REFRESHED.has(withoutQuery(url)) ? REFRESHED_ROUTE : undefined));

/* ---- worker/static-routes.js ---- */

// What is none of the worker's business doesn't even wake it. For browsers that have
// https://w3c.github.io/ServiceWorker/#service-worker-static-routing; planFor says the same for the others.
onEvent("install", (event) => event.addRoutes?.(CONFIG.staticRoutes).catch(console.warn));

/* ---- shared/language.js ---- */

// Finds the language that fits best.

/**
 * Of values by language tag the one that fits best: what the first language finds that finds any, itself
 * or shortened from the end (RFC 4647, section 3.4: de-AT finds de), else any variety of it (en finds
 * en-GB). Else the first, which is the app's own.
 */
function inLanguage(values, wanted) {
  const tags = Object.keys(values);
  for (const language of wanted) {
    for (let range = (language ?? "").trim().toLowerCase(); range; range = range.replace(/(-[^-])?(^|-)[^-]*$/, "")) {
      const starts = (tag) => !range.includes("-") && tag.toLowerCase().startsWith(range + "-");
      const found = tags.find((tag) => tag.toLowerCase() === range) ?? tags.find(starts);
      if (found) return values[found];
    }
  }
  return values[tags[0]];
}

/* ---- shared/database.js ---- */

// One transaction over an IndexedDB database.

/**
 * Does `work` in one transaction over all object stores of a database, and makes the database if need be.
 *
 * @param work  gets the stores by name, in order
 * @returns the result of the request that `work` returns
 */
function inDatabase(name, create, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => create(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const names = Array.from(database.objectStoreNames);
      if (!names.length) {
        // Somebody else's code has made it, or a browser that was ended halfway.
        database.close();
        const deletion = indexedDB.deleteDatabase(name);
        deletion.onsuccess = () => resolve(inDatabase(name, create, work));
        deletion.onerror = () => reject(deletion.error);
        return;
      }
      const transaction = database.transaction(names, "readwrite");
      const asked = work(...names.map((store) => transaction.objectStore(store)));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = () => reject(transaction.error);
      // When the transaction is done; an open connection would hold up a removal of the app for ever.
      database.close();
    };
  });
}

/* ---- shared/store.js ---- */

// A few values that outlive the worker and that page and worker share. IndexedDB can be missing, full
// or hanging (https://bugs.webkit.org/show_bug.cgi?id=226547): memory stands in for it then, and nobody
// sees an error.
const STORE_TIME_LIMIT = 2000;

async function changeInDatabase(key, change) {
  let value;
  const create = (database) => void database.createObjectStore("values");
  await inDatabase(STORE_NAME, create, (values) => {
    const reading = values.get(key);
    reading.onsuccess = () => {
      value = change(reading.result);
      if (value === undefined) values.delete(key);
      else values.put(value, key);
    };
  });
  return value;
}

/**
 * Replaces a value by change(value) in one transaction, so that no count is lost when several pushes
 * arrive at once; undefined deletes it. Returns the new value.
 */
async function storeUpdate(key, change) {
  try {
    return await withTimeLimit(changeInDatabase(key, change), STORE_TIME_LIMIT);
  } catch {
    storeMemory.set(key, change(storeMemory.get(key)));
    return storeMemory.get(key);
  }
}

/** @returns undefined if there is none */
function storeGet(key) {
  return storeUpdate(key, (value) => value);
}

/* ---- worker/language.js ---- */

// Finds what is written in the user's language.

/**
 * Of values by language the user's: in the language of the page that was open last, else in the browser's,
 * else in the app's own.
 */
async function inUsersLanguage(values) {
  return inLanguage(values, [await storeGet("language"), ...navigator.languages]);
}

/* ---- worker/offline-page.js ---- */

// Takes the offline page in the user's language. That is asked for only once a page can't be had: no
// other has to wait for the store.
const inOwnLanguage = fallback;
fallback = async (purpose, isUnsent) => {
  if (purpose === "page") FALLBACKS.page = await inUsersLanguage(CONFIG.offlinePages);
  return inOwnLanguage(purpose, isUnsent);
};

/* ---- shared/url.js ---- */

// Which URLs somebody may be sent to.

/**
 * An absolute http(s) URL, or undefined for anything that nobody may be sent to.
 *
 * @param url  relative ones are below BASE, the folder of sw.js
 */
function resolveUrl(url) {
  try {
    const { href } = new URL(String(url), BASE);
    return /^https?:/.test(href) ? href : undefined;
  } catch {
    return;
  }
}

/* ---- shared/notification-options.js ---- */

// Makes options that showNotification accepts of what a message says.
//
// It throws on surprisingly much (https://notifications.spec.whatwg.org/#create-a-notification),
// and a push without a notification costs the user's trust and, on iOS, the subscription. So each member
// is read by a function that returns undefined for what can't be used.

/**
 * A text without halves of characters: a tag with one ends Chromium's tabs of the app when its notification is closed.
 */
function textFrom(value) {
  const isText = typeof value === "string" || typeof value === "number";
  return isText ? String(value).replace(/\p{Surrogate}/gu, "\uFFFD") : undefined;
}

function booleanFrom(value) {
  return typeof value === "boolean" ? value : undefined;
}

function imageFrom(value) {
  return typeof value === "string" && value.trim() ? resolveUrl(value) : undefined;
}

function vibrationFrom(value) {
  const pattern = Array.isArray(value) ? value : [value];
  return pattern.every((part) => Number.isFinite(part) && part >= 0) ? pattern : undefined;
}

function actionsFrom(value) {
  if (!Array.isArray(value)) return;
  const actions = value.filter(isObject).flatMap(({ action, title, icon }) => {
    const texts = { action: textFrom(action), title: textFrom(title) };
    if (texts.action === undefined || texts.title === undefined) return [];
    return [{ ...texts, ...(imageFrom(icon) && { icon: imageFrom(icon) }) }];
  });
  return actions.length || !value.length ? actions : undefined;
}

function cloneFrom(value) {
  try {
    return structuredClone(value);
  } catch {
    return; // a function, an element …
  }
}

const NOTIFICATION_MEMBERS = {
  body: textFrom,
  tag: textFrom,
  lang: textFrom,
  dir: (value) => (["auto", "ltr", "rtl"].includes(value) ? value : undefined),
  icon: imageFrom,
  badge: imageFrom,
  image: imageFrom,
  renotify: booleanFrom,
  requireInteraction: booleanFrom,
  silent: (value) => (value === null ? null : booleanFrom(value)),
  timestamp: (value) => (Number.isFinite(value) && value >= 0 ? value : undefined),
  vibrate: vibrationFrom,
  actions: actionsFrom,
  data: cloneFrom,
};

/**
 * Options that showNotification accepts, from objects that nobody checked; later ones win.
 *
 * `navigate` is left out on purpose: browsers that know it would bypass notificationclick, and with it
 * the actions, the badge and the hooks.
 */
function notificationOptions(...sources) {
  const options = {};
  for (const source of sources.filter(isObject)) {
    for (const [name, read] of Object.entries(NOTIFICATION_MEMBERS)) {
      const value = source[name] === undefined ? undefined : read(source[name]);
      if (value !== undefined) options[name] = value;
    }
  }
  if (!options.tag) delete options.renotify;
  if (options.silent) delete options.vibrate;
  const { maxActions } = (self.Notification ?? {});
  options.actions = options.actions?.slice(0, maxActions);
  if (!options.actions?.length) delete options.actions;
  return options;
}

/* ---- worker/notification.js ---- */

// Shows notifications, whatever a message says, whatever becomes of its images.

/** How long images may delay a notification, in milliseconds; Chromium alone waits 90 seconds. */
const IMAGE_TIME_LIMIT = 4000;

/** Angular's operations (https://angular.dev/ecosystem/service-workers/push-notifications) in our terms. */
const ANGULAR_OPERATIONS = {
  openWindow: "open",
  navigateLastFocusedOrOpen: "open",
  focusLastFocusedOrOpen: "focus",
  sendRequest: "get",
};

/** Where the clicks lead that the message itself decides on, by action; "" is the notification's body. */
function targetsFrom({ navigate, url, data, actions }) {
  const angular = Object.entries(data?.onActionClick ?? {}).map(([action, click]) => [
    action === "default" ? "" : action,
    ownMember(ANGULAR_OPERATIONS, click?.operation),
    click?.url,
  ]);
  const own = Array.isArray(actions) ? actions.map((one) => [one?.action, "open", one?.navigate]) : [];
  return Object.fromEntries(
    [...angular, ["", "open", navigate ?? url ?? data?.url], ...own]
      .filter(([action, act, address]) => typeof action === "string" && act && textFrom(address))
      .map(([action, act, address]) => [textFrom(action), { do: act, url: textFrom(address) }]),
  );
}

/** Whether there is anything to see in a text. */
function isVisible(text = "") {
  return /[^\p{C}\p{Z}]/u.test(text);
}

/**
 * What to show for an object that nobody checked: always with a title, always acceptable.
 * Where the clicks lead is kept with the notification, because the worker may have been restarted by then.
 */
function notificationFrom(source) {
  const { default: fallback, options: defaults, actions } = CONFIG.notifications;
  const options = notificationOptions(defaults, { actions }, source);
  const title = textFrom(source.title)?.trim();
  if (!isVisible(title) && !isVisible(options.body)) options.body = fallback.body ?? "";
  options.data = { pwagen: { targets: targetsFrom(source) }, data: options.data };
  return { title: title && isVisible(title) ? title : fallback.title, options };
}

/** Shows a notification, whatever becomes of its images. */
async function display(title, options) {
  const whole = self.registration.showNotification(title, options);
  try {
    await withTimeLimit(whole, IMAGE_TIME_LIMIT);
  } catch {
    // Without images, and under a tag: should they arrive after all, the whole one replaces it.
    const { tag = `pwagen-${Date.now()}` } = options;
    const actions = options.actions?.map((one) => ({ ...one, icon: "" }));
    const plain = notificationOptions({ ...options, tag, actions, icon: "", badge: "", image: "" });
    await self.registration.showNotification(title, plain);
    whole.then(() => options.tag || closeNotifications(tag)).catch(() => {});
  }
}

/** @param tag  none: all */
async function closeNotifications(tag) {
  for (const notification of await self.registration.getNotifications({ tag })) notification.close();
}

addHook("sign-out", () => closeNotifications());
workerApi.notify = (title, options) => {
  const notification = notificationFrom({ ...options, title });
  return display(notification.title, notification.options);
};

/* ---- worker/click.js ---- */

// Where a click leads, and how the user gets there.

/**
 * Where a click leads: where the message says for this action, else where pwagen.yaml says, else where
 * the notification's body leads.
 *
 * @param data  notification.data, of anybody's notification
 * @param action  "" for the body
 */
function clickTarget(data, action) {
  const { targets: configured, click } = CONFIG.notifications;
  const own = ownMember(ownMember(data, "pwagen"), "targets");
  return ownMember(own, action) ?? ownMember(configured, action) ?? ownMember(own, "") ?? click;
}

/** A URL that a click may open: our origin's or that of a listed one; undefined for all others. */
function allowedUrl(url) {
  const resolved = resolveUrl(url);
  // Resolved as well, since pwagen.yaml may have capitals, a default port or letters beyond ASCII in them.
  const tops = [self.location.origin, ...CONFIG.notifications.allowedOrigins].map(resolveUrl);
  return tops.some((top) => top && resolved?.startsWith(top)) ? resolved : undefined;
}

/** How long a window may take to say where it is, in milliseconds: a click allows acts for a second or more. */
const WINDOW_TIME_LIMIT = 500;

/**
 * @property url  where it is now, if it says so: client.url is where it began (w3c/ServiceWorker#1515)
 * @property unsaved  there if the page has answered
 */

/** @returns The last focused first. */
async function shownWindows() {
  const controlled = new Set((await self.clients.matchAll({ type: "window" })).map(({ id }) => id));
  const windows = (await appWindows()).map(async (client) => {
    const shown = { client, url: client.url, isControlled: controlled.has(client.id) };
    return { ...shown, ...(await askPage(client, WINDOW_TIME_LIMIT)) };
  });
  return Promise.all(windows);
}

/**
 * The window to bring to a URL: one that shows it, then one that shows the page with another query, then
 * the last used. Any can be shown; it leaves its page if nothing typed is lost, by itself or if it is controlled.
 *
 * @param windows  the last focused first
 */
function windowFor(url, windows) {
  const path = (href) => href.split(/[?#]/)[0];
  const mayLeave = ({ unsaved, isControlled }) => !unsaved && (unsaved === false || isControlled);
  const free = url.startsWith(self.location.origin + "/") ? windows.filter(mayLeave) : [];
  return (
    windows.find((window) => window.url === url) ??
    windows.find((window) => isSamePage(window.url, url)) ??
    free.find((window) => path(window.url) === path(url)) ??
    free[0]
  );
}

/**
 * Opens a new window. iOS may open the start page instead when it starts the app for the click
 * (https://github.com/firebase/firebase-js-sdk/issues/7698), so the page finds the URL in the store.
 */
async function openWindowAt(url) {
  const noted = storeUpdate("pendingUrl", () => ({ url, at: Date.now() }));
  const opened = await self.clients.openWindow(url);
  await noted;
  if (opened?.url === url) await storeUpdate("pendingUrl", () => undefined);
}

/**
 * Brings the user to a URL. The order matters: focus first, since navigating uses up the time in which
 * a click allows it (https://github.com/openclaw/openclaw/issues/127462).
 */
async function goTo(url) {
  const shown = windowFor(url, await shownWindows());
  const order = { pwagen: "navigate", detail: { url } };
  try {
    const focused = await shown?.client.focus();
    // A page that has answered knows what there is to do to be there.
    if (focused && shown?.unsaved !== undefined) focused.postMessage(order);
    else if (focused && !isSamePage(focused.url, url)) await focused.navigate(url);
    if (focused) return;
  } catch {
    // Gone, or the browser doesn't allow it: a new window then.
  }
  try {
    await openWindowAt(url);
  } catch {
    // Nor that, because focus() was this click's one act: the page goes there itself.
    shown?.client.postMessage(order);
  }
}

/* ---- worker/notification-events.js ---- */

// What a click on a notification does, and what its dismissal does.

/** How long a server may take to answer to a click, in milliseconds. */
const POST_TIME_LIMIT = 20000;

/** Sends a click to a server, with the user's cookies if it is ours. */
async function sendClick(url, request) {
  const address = allowedUrl(url);
  if (!address) throw new Error(`${url} is not an address that a click may be sent to`);
  const { ok, status } = await fetch(address, { keepalive: true, signal: AbortSignal.timeout(POST_TIME_LIMIT), ...request });
  if (!ok) throw new Error(`${address} answered with status ${status}`);
}

/** What a click does. */
async function follow({ do: act, url }, detail) {
  if (act === "dismiss") return;
  if (act === "get") return sendClick(url, {});
  const json = { "Content-Type": "application/json" };
  if (act === "post") return sendClick(url, { method: "POST", headers: json, body: JSON.stringify(detail) });
  const [last] = await appWindows();
  if (act === "message" && last) return; // Every page is told anyway.
  if (act === "focus" && (await last?.focus().catch(() => undefined))) return;
  await goTo(allowedUrl(url ?? "./") ?? BASE);
}

async function onNotification(event, target, { title, tag, data }, action) {
  // The tag that display gave to one without images is nobody's.
  const detail = { action, tag: tag.replace(/^pwagen-\d+$/, ""), title, data: ownMember(data, "pwagen") ? data.data : data, timestamp: Date.now() };
  const problem = await follow(target, detail).catch(String);
  if (problem) await broadcast("error", { name: "NetworkError", message: problem });
  await Promise.allSettled([broadcast(event, detail), runHooks(event, detail)]);
}

onEvent("notificationclick", ({ notification, action }) => {
  notification.close(); // Android leaves it open otherwise.
  return onNotification("click", clickTarget(notification.data, action), notification, action);
});

onEvent("notificationclose", ({ notification }) => {
  const { close } = CONFIG.notifications;
  // Nothing can be opened here, because dismissing is no consent to it.
  const target = (close?.do === "post" ? close : { do: "dismiss" });
  return onNotification("close", target, notification, "");
});

/* ---- worker/push.js ---- */

// Every push ends in a visible notification. Browsers show one of their own otherwise, and iOS
// takes the subscription away after the third (https://webkit.org/blog/13878/).

/** How long a hook may amend a notification (milliseconds) before it is shown as it is. */
const PUSH_HOOK_TIME_LIMIT = 1000;

/** The message in a push: JSON if it is, else plain text. Broken JSON and binary data say nothing usable. */
function messageFrom(text) {
  try {
    const message = JSON.parse(text);
    if (isObject(message)) return message;
    return message === null || Array.isArray(message) ? {} : { body: String(message) };
  } catch {
    // eslint-disable-next-line no-control-regex
    return /^\s*[{[]|[\0-\x08\uFFFD]/.test(text) ? {} : { body: text };
  }
}

/** The message of a push event. Safari hands over a declarative one as `event.notification`. */
function pushMessage({ data, notification, appBadge }) {
  try {
    return notification ? { notification, app_badge: appBadge } : messageFrom(data?.text() ?? "");
  } catch {
    return {};
  }
}

/** Shows a message as hooks amend it. Whatever is wrong with it or them, the default is shown. */
async function showMessage(message) {
  try {
    const source = isObject(message.notification) ? message.notification : message;
    await runHooks("push", { message, notification: source }, PUSH_HOOK_TIME_LIMIT);
    const notification = notificationFrom(source);
    await display(notification.title, notification.options);
    return notification;
  } catch (error) {
    console.error("pwagen: a push could not be shown as it is.", error);
    const notification = notificationFrom({});
    await display(notification.title, notification.options);
    return notification;
  }
}

/** Shows a message; everything else comes after that and can't stop it. */
async function onPush(message) {
  const { title, options } = await showMessage(message);
  const { body, tag, data } = options;
  const detail = { title, body, tag, data: data.data };
  await Promise.allSettled([runHooks("shown", { ...detail, message }), broadcast("push", detail)]);
  // On macOS, Chromium looks for the notification before the system shows it and then adds one of its
  // own (https://crbug.com/378103918), unless the event lasts a second longer.
  const { userAgentData } = (navigator);
  if (userAgentData?.platform === "macOS") await new Promise((resolve) => setTimeout(resolve, 1000));
}

onEvent("push", (event) => onPush(pushMessage(event)));

/* ---- shared/subscription-request.js ---- */

// The request that tells the server of a subscription.

/** The sync event in which the worker tells the server what it doesn't know yet. */
const SUBSCRIPTION_SYNC = "pwagen:subscription";

/**
 * The arguments of fetch for a request to the server that keeps the subscriptions.
 *
 * POST {"subscription": …}, PUT {"old": … | null, "new": …}, DELETE {"endpoint": "…"}; the first two with
 * "user" when the page has said who it is.
 */
function subscriptionRequest(method, body, csrfToken) {
  const { endpoint, credentials, csrf, headers } = CONFIG.push;
  return [
    new URL(endpoint ?? "", BASE).href,
    {
      method,
      credentials,
      // A redirect to a log-in page would look like success, and one that turns POST into GET too.
      redirect: "error",
      keepalive: true,
      headers: {
        "Content-Type": "application/json",
        ...headers,
        ...(csrf && csrfToken && { [csrf.header]: csrfToken }),
      },
      body: JSON.stringify(body),
    },
  ];
}

/* ---- worker/subscription.js ---- */

// Tells the server when the browser replaces a subscription. That happens mostly while no page is open:
// if the server doesn't learn of it here, this user is lost.

/** Milliseconds before each try; after the last, background sync and the next visit go on. */
const SUBSCRIPTION_RETRIES = [0, 1000, 5000, 30_000];

/** The request that tells the server of a change. */
function subscriptionChange({ old, new: fresh }, user) {
  return fresh ? ["PUT", { old, new: fresh, user }] : ["DELETE", { endpoint: old?.endpoint, auth: old?.keys?.auth }];
}

async function tellServer(change, user) {
  // A page reads the token from its <meta> too; here only a cookie can be had, and not in all browsers.
  const cookie = CONFIG.push.csrf?.cookie;
  const token = cookie && (await self.cookieStore?.get(cookie))?.value;
  const response = await fetch(...subscriptionRequest(...subscriptionChange(change, user), token));
  if (!response.ok) throw new Error(`status ${response.status}`);
}

/** Tells the server what it doesn't know yet, once. Rejects if it can't be told. */
async function sendPendingSubscription() {
  const pending = await storeGet("pendingSubscription");
  if (!pending || !CONFIG.push.endpoint) return;
  const user = await storeGet("user");
  await tellServer(pending, user);
  const subscription = pending.new;
  await storeUpdate("reportedSubscription", () => (subscription ? { subscription, time: Date.now(), user } : undefined));
  await storeUpdate("pendingSubscription", () => undefined);
}

/**
 * Tries a few times, and leaves the rest to background sync. Chromium refuses that while no window is open;
 * the next one asks for it then, should the server still be down (push-report.js).
 */
async function reportSubscription() {
  for (const delay of SUBSCRIPTION_RETRIES) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    if (await sendPendingSubscription().then(() => true, () => false)) return;
    // Not after the last try: browsers stop workers.
    await self.registration.sync?.register(SUBSCRIPTION_SYNC).catch(() => undefined);
  }
}

async function onSubscriptionChange({ oldSubscription, newSubscription }) {
  const options = { userVisibleOnly: true, applicationServerKey: CONFIG.push.vapidPublicKey };
  // Rejected without permission: then there is none any more.
  const given = newSubscription ?? (await self.registration.pushManager.subscribe(options).catch(() => null));
  // Chromium doesn't say which one it ended when the permission was withdrawn and given back.
  const reported = await storeGet("reportedSubscription");
  const old = reported?.subscription ?? oldSubscription?.toJSON() ?? null;
  const change = { old, new: given?.toJSON() ?? null };
  if (!change.old && !change.new) return;
  // If an earlier change was never told, the server still knows that one's old subscription.
  await storeUpdate("pendingSubscription", (pending) => ({ ...change, old: pending?.old ?? change.old }));
  await Promise.allSettled([reportSubscription(), broadcast("subscription", change)]);
}

/** Ends the subscription, should the page not have done so: it belongs to the device, not to the next user. */
async function endSubscription() {
  const subscription = await self.registration.pushManager.getSubscription();
  if (!subscription) return;
  await subscription.unsubscribe();
  if (CONFIG.push.endpoint) await tellServer({ old: subscription.toJSON(), new: null });
}

addHook("sign-out", endSubscription);

// A periodic sync has woken the worker, for another reason.
addHook("sync", () => sendPendingSubscription().catch(() => undefined));

onEvent("pushsubscriptionchange", onSubscriptionChange);
onEvent("sync", ({ tag }) => tag === SUBSCRIPTION_SYNC && sendPendingSubscription());

/* ---- shared/translation.js ---- */

// Puts another language's words into notifications.

/**
 * Puts the words of a language in the place of those that notifications have now. Each language has all of
 * them, so that nothing is left of the one before.
 */
function useTranslation({ options, default: fallback, actions, sync }) {
  const { notifications, periodicSync = [] } = CONFIG;
  Object.assign(notifications.options, options);
  Object.assign(notifications.default, fallback);
  actions.forEach((title, index) => Object.assign(notifications.actions[index], { title }));
  sync.forEach((words, index) => Object.assign(periodicSync[index].notify ?? {}, words));
}

/* ---- worker/translation.js ---- */

// Shows notifications in the user's language, as far as pwagen.yaml words them. What a message says itself stays.

/** Each time anew: a page in another language may have been open since. */
async function speakUsersLanguage() {
  useTranslation(await inUsersLanguage(CONFIG.translations));
}

addHook("push", async ({ notification }) => {
  await speakUsersLanguage();
  // Which way a server's own words are written, the browser sees best.
  if (textFrom(notification.title) || textFrom(notification.body)) notification.dir ??= "auto";
});

addHook("refreshed", speakUsersLanguage);

const notifyAsConfigured = workerApi.notify;
workerApi.notify = async (title, options) => {
  await speakUsersLanguage();
  return notifyAsConfigured(title, options);
};

/* ---- shared/badge-values.js ---- */

// Reads, changes and adds up the values of badges.

/**
 * A value as setAppBadge reads it (https://w3c.github.io/badging/): true for a badge without a number,
 * 0 for none, a whole number; undefined for what it would throw on.
 */
function badgeValue(value) {
  if (value === undefined) return true;
  if (typeof value === "symbol" || typeof value === "bigint") return;
  const number = Number(value);
  const whole = number - (number % 1); // never -0, which Math.trunc makes of -0.5
  return whole >= 0 && whole <= Number.MAX_SAFE_INTEGER ? whole : undefined;
}

/**
 * The badge after a rule. A badge without a number counts as one.
 *
 * @param explicit  a message's own value wins
 */
function nextBadge(badge, rule, explicit) {
  if (explicit !== undefined) return explicit;
  if (typeof rule === "number") return rule;
  if (rule === "add") return Math.min(Number(badge) + 1, Number.MAX_SAFE_INTEGER);
  if (rule === "subtract") return Math.max(Number(badge) - 1, 0);
  if (rule === "set") return true;
  return rule === "clear" ? 0 : badge;
}

/** The counts by topic; "" is what belongs to none. Earlier builds kept a single value. */
function badgeTopics(stored) {
  return new Map(stored instanceof Map ? stored : [["", stored ?? 0]]);
}

/** What is shown for all topics together. */
function totalBadge(topics) {
  const badges = [...topics.values()].filter(Number);
  if (badges.length < 2) return badges[0] ?? 0;
  return badges.reduce((sum, badge) => Math.min(Number(sum) + Number(badge), Number.MAX_SAFE_INTEGER), 0);
}

/* ---- shared/badge.js ---- */

// The badge on the app's icon, counted by topic.

/** How many topics are counted apart: a server may give each message a tag of its own. */
const TOPIC_LIMIT = 100;

/** Shows a badge, and none for 0. Without Badging, or without permission as on iOS, nothing happens. */
async function showBadge(badge) {
  try {
    await navigator.setAppBadge(...(badge === true ? [] : [badge]));
  } catch {
    // The count is kept all the same.
  }
}

/**
 * Changes the counts that page and worker share, and shows what they come to.
 *
 * @param topic  none: the total is changed, and the topics are forgotten
 */
async function updateBadge(change, topic) {
  const stored = await storeUpdate("badge", (before) => {
    const topics = badgeTopics(before);
    if (topic === undefined) return new Map([["", change(totalBadge(topics))]]);
    const name = topics.has(topic) || topics.size < TOPIC_LIMIT ? topic : "";
    const badge = change(topics.get(name) ?? 0);
    if (badge) return topics.set(name, badge);
    topics.delete(name);
    return topics;
  });
  const badge = totalBadge(badgeTopics(stored));
  await showBadge(badge);
  return badge;
}

/** The badge as users' code sees it; each act returns the badge that is shown then. */
const appBadge = {
  /** @param value  none: a badge without a number; what is no number changes nothing */
  set: (value, topic) => updateBadge((badge) => badgeValue(value) ?? badge, topic),

  /** @param amount  may be negative */
  add: (amount = 1, topic = "") =>
    updateBadge((badge) => badgeValue(Math.max(Number(badge) + Number(amount), 0)) ?? badge, topic),

  clear: (topic) => updateBadge(() => 0, topic),

  get: async (topic) => {
    const topics = badgeTopics(await storeGet("badge"));
    return topic === undefined ? totalBadge(topics) : (topics.get(topic) ?? 0);
  },
};

/* ---- worker/badge.js ---- */

// Counts on the app's badge what is pushed, clicked and dismissed.

/**
 * The badge that a message asks for. Declarative Web Push has it at the top, WebKit 18.4 had it inside
 * `notification`, as a string of digits (https://github.com/WebKit/WebKit/pull/45798).
 */
function messageBadge(message) {
  for (const place of [message, ownMember(message, "notification")]) {
    const value = isObject(place) ? place.app_badge : undefined;
    if (value === true) return true;
    if (value === false) return 0;
    if (typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))) return badgeValue(value);
  }
  return;
}

/**
 * A notification's tag is the topic that it counts for. What a message or a rule sets is the total, and
 * so belongs to no topic: that is what is left to clear when nothing was counted for the tag.
 */
async function applyBadgeRule(rule, tag = "", explicit = undefined) {
  if (rule === "keep" && explicit === undefined) return;
  const isTotal = explicit !== undefined || rule === "set" || typeof rule === "number";
  const topic = isTotal ? undefined : rule === "add" || (await appBadge.get(tag)) ? tag : "";
  await broadcast("badge", await updateBadge((badge) => nextBadge(badge, rule, explicit), topic));
}

addHook("shown", ({ message, tag }) => applyBadgeRule(CONFIG.badge.onPush, tag, messageBadge(message)));
addHook("click", ({ tag }) => applyBadgeRule(CONFIG.badge.onClick, tag));
addHook("close", ({ tag }) => applyBadgeRule(CONFIG.badge.onClose, tag));
addHook("sign-out", async () => broadcast("badge", await appBadge.clear()));
workerApi.badge = appBadge;

/* ---- worker/refresh.js ---- */

// Fetches a URL anew, and keeps what it answers.

/** How long one URL may take, in milliseconds. */
const REFRESH_TIME_LIMIT = 30000;

/** What asks the server for something newer than a stored response alone, so that the rest costs a 304. */
function ifNewerThan(stored) {
  const [etag, modified] = ["ETag", "Last-Modified"].map((name) => stored?.headers.get(name));
  if (etag) return { cache: "no-store", headers: { "If-None-Match": etag } };
  return modified ? { cache: "no-store", headers: { "If-Modified-Since": modified } } : { cache: "no-cache" };
}

/** The URL's content from the server, also kept for when there is no network. */
async function refreshUrl(url) {
  const request = new Request(new URL(url, BASE));
  const session = signOuts;
  const cached = (cacheName) => caches.match(request, { cacheName });
  const stored = (await cached(RUNTIME_CACHE + DATA)) ?? (await cached(RUNTIME_CACHE));
  const response = await fetch(request, { ...ifNewerThan(stored), signal: AbortSignal.timeout(REFRESH_TIME_LIMIT) });
  if (stored && response.status === 304) return stored.text();
  if (!response.ok) throw new Error(`${request.url} answered with status ${response.status}`);
  // It replaces itself, and pushes out nothing else.
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // A page that varies is not the one that a script gets.
  const varies = isPage && /[^\s,]/.test((response.headers.get("Vary") ?? "").replace(/accept-encoding/i, ""));
  if (isStorable(request, response) && !varies) {
    await store(request, response.clone(), session, (url) => url === request.url, undefined, undefined, RUNTIME_CACHE + (isPage ? "" : DATA));
  }
  return response.text();
}

/* ---- worker/periodic-sync.js ---- */

// Refreshes the URLs of periodic_sync in the background, and tells of what is new.

/** A member of a JSON value, "a.b" for depth, "a.0" for a list's first. */
function memberAt(json, path) {
  return path.split(".").reduce((value, name) => (Object.hasOwn(Object(value), name) ? value[name] : undefined), json);
}

/** A text with {name} replaced by the JSON's members; {count} is the length of its list if it has none. */
function fillTemplate(template, json) {
  return template?.replace(/\{([\w.-]+)\}/g, (_, path) => {
    const list = Array.isArray(json) ? json : Object.values(json ?? {}).find(Array.isArray);
    return textFrom(memberAt(json, path)) ?? (path === "count" ? String(list?.length ?? "") : "");
  });
}

/** What takes the place of a content's hash when the user has signed out. */
const UNKNOWN_CONTENT = "";

/** Enough to tell whether content has changed: it may be one user's alone, and so is not kept itself. */
async function contentHash(content) {
  return String(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content))));
}

/** Fetches an entry's URLs anew. What can't be fetched stays as it was. */
async function refresh({ tag, urls, badge, notify }, mayNotify) {
  const session = signOuts;
  const first = (await Promise.allSettled(urls.map(refreshUrl)))[0];
  if (first.status === "rejected") throw first.reason;
  const json = badge || notify ? JSON.parse(first.value) : undefined;
  const hash = await contentHash(first.value);
  if (session !== signOuts) return; // It was for another user.
  let changed = false;
  let isNews = false;
  await storeUpdate(`content:${tag}`, (before) => {
    changed = before !== hash;
    isNews = changed && before !== UNKNOWN_CONTENT;
    return hash;
  });
  await runHooks("refreshed");
  if (session !== signOuts) return;
  // That of the notification, so that a click on it clears what was counted here.
  const topic = notify?.tag ?? tag;
  const texts = { title: fillTemplate(notify?.title, json), body: fillTemplate(notify?.body, json) };
  // Not again for what was there before: the user may have read it, and cleared the badge.
  await Promise.allSettled([
    isNews && notify && mayNotify && workerApi.notify(texts.title ?? "", { ...notify, ...texts, tag: topic }),
    isNews && badge && workerApi.badge?.set(memberAt(json, badge) ?? NaN, topic).then((total) => broadcast("badge", total)),
    broadcast("sync", { tag, changed }),
    runHooks("sync", { tag, changed }),
  ]);
}

/** Whether the user wants to save data: that of refreshing unasked, first of all. */
function savesData() {
  return Boolean((navigator).connection?.saveData);
}

/** For browsers without periodic sync: a page asks when it opens, and nobody is notified of what he sees. */
async function refreshIfDue({ tag }) {
  const entry = CONFIG.periodicSync.find((candidate) => candidate.tag === tag);
  if (!entry || savesData()) return { refreshed: false };
  let refreshed = false;
  let before = 0;
  // In one transaction: of two pages that open together, one asks the server.
  await storeUpdate(`refreshed:${tag}`, (last = 0) => {
    before = last;
    refreshed = Date.now() - last >= entry.minInterval;
    return refreshed ? Date.now() : last;
  });
  if (refreshed) {
    await refresh(entry, false).catch(async (error) => {
      await storeUpdate(`refreshed:${tag}`, () => before); // The next page that opens may try again.
      throw error;
    });
  }
  return { refreshed };
}

// Nobody knows any more what of the next content was there before, and whom it is for: it is noted, not told.
addHook("signed-out", () =>
  Promise.all(CONFIG.periodicSync.map(({ tag }) => storeUpdate(`content:${tag}`, () => UNKNOWN_CONTENT))),
);

messageHandlers.refresh = refreshIfDue;

onEvent("periodicsync", (event) => {
  const entry = CONFIG.periodicSync.find(({ tag }) => tag === event.tag);
  return entry && !savesData() && refresh(entry, true);
});

/* ---- shared/downloads.js ---- */

// Where downloaded files are kept.

/** The cache of the files that the user has asked for, whoever fetched them. */
const DOWNLOADS = STORE_NAME + ":downloads";

/* ---- worker/downloads.js ---- */

// Keeps large files that the user has asked for, until they are not wanted any more. The browser fetches them
// in the background, or a page where it can't.

usedCaches.add(DOWNLOADS);

/** What may be stored, as far as pwagen.yaml tells. */
const DECLARED_URLS = new Set(CONFIG.downloads.flatMap(({ urls }) => urls.map(resolveUrl)));

/** The URLs that are stored; undefined until that has been read. */
let downloadedUrls;

async function downloadRecords() {
  const records = (await storeGet("downloads")) ?? {};
  const stored = Object.values(records).filter(({ state }) => state === "stored");
  downloadedUrls = new Set(stored.flatMap(({ urls }) => urls));
  return records;
}

async function downloaded(url) {
  if (!downloadedUrls) await downloadRecords();
  return downloadedUrls?.has(url) ? caches.match(url, { cacheName: DOWNLOADS, ignoreVary: true }) : undefined;
}

/**
 * Notes what became of a download and tells the pages. One that was removed meanwhile, or signed out
 * from, has no other end than that.
 *
 * @param change  and what else a page has to say of it
 */
async function noteDownload({ id, ...change }) {
  await storeUpdate("downloads", (records = {}) => {
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

/* ---- worker/download-events.js ---- */

// Takes over what Background Fetch has fetched, and notes what became of it.

/** What Background Fetch calls a failure, in the page's terms; all others are the network's. */
const DOWNLOAD_FAILURES = { "quota-exceeded": "QuotaError", "bad-status": "ServerError" };

/**
 * Moves to our cache what the browser has fetched.
 *
 * @returns why it can't be kept
 */
async function keepDownload(registration, urls) {
  const cache = await caches.open(DOWNLOADS);
  try {
    for (const { request, responseReady } of await registration.matchAll()) {
      const response = await responseReady;
      await cache.put(request.url, new Response(response.body, response));
    }
    return;
  } catch (error) {
    await Promise.all(urls.map((url) => cache.delete(url)));
    return (error).name === "QuotaExceededError" ? "QuotaError" : "UnknownError";
  }
}

/**
 * Waits for a store that is slow, as on a busy machine: what is not taken over during the event is lost.
 * Browsers whose store may hang for good have no Background Fetch.
 */
function downloadStoreReady() {
  return changeInDatabase("downloads", (records) => records).catch(() => {});
}

/**
 * Does what has to be done at the end under the lock that tells pages it is not over yet: the browser
 * doesn't name the download any more.
 */
function endDownload(event, task) {
  return navigator.locks.request(`pwagen-download-${event.registration.id}`, { ifAvailable: true }, task);
}

/** @param reason  of a failure */
async function onDownloadEnd(event, reason) {
  const { id, downloaded: size } = event.registration;
  await downloadStoreReady();
  const record = ownMember(await downloadRecords(), id);
  if (record?.state !== "active") return;
  const failure = reason ?? (await keepDownload(event.registration, record.urls));
  await downloadStoreReady();
  await noteDownload(failure ? { id, state: "failed", reason: failure } : { id, state: "stored", size });
  const title = failure ? record.failedTitle : record.storedTitle;
  if (title) await event.updateUI({ title });
}

onEvent("backgroundfetchsuccess", (event) => endDownload(event, () => onDownloadEnd(event)));

onEvent("backgroundfetchfail", (event) => {
  const reason = ownMember(DOWNLOAD_FAILURES, event.registration.failureReason) ?? "NetworkError";
  return endDownload(event, () => onDownloadEnd(event, reason));
});

onEvent("backgroundfetchabort", (event) =>
  endDownload(event, async () => {
    await downloadStoreReady();
    await noteDownload({ id: event.registration.id, state: "aborted" });
  }),
);

onEvent("backgroundfetchclick", async ({ registration }) => {
  const record = ownMember(await downloadRecords(), registration.id);
  await goTo(resolveUrl(record?.url ?? "./") ?? BASE);
});

/* ---- worker/outbox-store.js ---- */

// Keeps requests that wait for a network, and those that have failed. They have a database of their own:
// one that comes and goes with a section of pwagen.yaml needs no versions. It is opened for each act, as the
// store is.

const OUTBOX_NAME = CACHE_PREFIX + "outbox";

/** How long the database may take, in milliseconds: bodies may be large. */
const OUTBOX_TIME_LIMIT = 10000;

/** What takes too long is taken back: told as failed, it must not happen after all. */
async function inOutbox(work) {
  let transaction;
  let late = false;
  const outcome = inDatabase(
    OUTBOX_NAME,
    (database) => {
      // Apart from the requests, because a list of these must not read every file into memory.
      database.createObjectStore("bodies");
      // Only entries that wait have that member, so only they are in the index.
      database.createObjectStore("requests", { keyPath: "id", autoIncrement: true }).createIndex("waiting", "waiting");
    },
    (bodies, requests) => {
      ({ transaction } = bodies);
      return late ? transaction.abort() : work(bodies, requests);
    },
  );
  try {
    return await withTimeLimit(outcome, OUTBOX_TIME_LIMIT);
  } catch (error) {
    late = true;
    if (!transaction) throw error;
    try {
      transaction.abort();
    } catch {
      // It is done, or about to be.
    }
    return outcome;
  }
}

function keepRequest(entry, body) {
  return inOutbox((bodies, requests) => {
    const adding = requests.add(entry);
    adding.onsuccess = () => bodies.put(body, adding.result);
    return (adding);
  });
}

/** Changes one entry, or all without an id. One that was removed meanwhile stays so. */
function changeRequests(id, change) {
  return inOutbox((_, requests) => {
    const reading = requests.getAll(id);
    reading.onsuccess = () => reading.result.forEach((entry) => requests.put({ ...entry, ...change(entry) }));
  });
}

function removeRequest(id) {
  return inOutbox((bodies, requests) => {
    bodies.delete(id);
    requests.delete(id);
  });
}

/** How many wait; none if that can't be known. */
async function countWaiting() {
  return (await inOutbox((_, requests) => requests.index("waiting").count()).catch(() => 0)) ?? 0;
}

/** Tells pages and hooks what became of an entry. */
async function tellOutbox(state, { id, url, method }, more = {}) {
  const detail = { state, id, url, method, waiting: await countWaiting(), ...more };
  await Promise.allSettled([broadcast("outbox", detail), runHooks("outbox", detail)]);
}

/* ---- shared/outbox-rule.js ---- */

// Which requests the outbox keeps.

const OUTBOX_RULES = CONFIG.outbox.map((rule) => ({ ...rule, match: new RegExp(rule.match, "u") }));

/** Subscriptions have ways of their own to reach the server later, and are gone at once when they end. */
const SUBSCRIPTIONS = CONFIG.push?.endpoint && withoutQuery(new URL(CONFIG.push.endpoint, BASE).href);

/** The tag of the background sync that page and worker ask for. */
const OUTBOX_SYNC = "pwagen-outbox";

/** The rule by which a request that fails is kept; undefined if it isn't. */
function outboxRule(method, url) {
  const path = pathBelowBase(url);
  if (path === undefined || withoutQuery(url) === SUBSCRIPTIONS) return;
  return OUTBOX_RULES.find(({ match, methods }) => methods.includes(method) && match.test(path));
}

/* ---- worker/outbox.js ---- */

// Sends what a page sends, and keeps it if there is no network.

/**
 * Sends a request, the first time as well as later. The key tells a server that it had this one already,
 * when only its answer got lost (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 */
function sendRequest(entry, body, signal) {
  const headers = new Headers(entry.headers);
  if (!headers.has("Idempotency-Key")) headers.set("Idempotency-Key", `"${entry.key}"`);
  return fetch(entry.url, { ...entry, headers, body, signal });
}

/**
 * The network's answer, whatever it is; without one the request is kept, and the answer says so. Behind
 * others that wait it is kept at once: they were first.
 */
async function sendOrKeep(event, maxAge) {
  const { url, method, headers, credentials, redirect, referrer } = event.request;
  const session = signOuts;
  const body = await event.request.arrayBuffer();
  const entry = {
    ...{ url, method, headers: Array.from(headers), credentials, redirect, referrer },
    ...{ key: crypto.randomUUID(), time: Date.now(), maxAge, tries: 0, waiting: 1 },
  };
  const joins = (await countWaiting()) > 0;
  try {
    if (!joins) return await sendRequest(entry, body);
  } catch {
    // No answer: it is kept.
  }
  if (session !== signOuts) return Response.error();
  const id = (await keepRequest(entry, body));
  event.waitUntil(
    Promise.allSettled([
      tellOutbox("queued", { ...entry, id }, { retryIn: retryDelay(0) }),
      // Rejected where the user doesn't allow it; pages ask as well.
      self.registration.sync?.register(OUTBOX_SYNC),
      joins && navigator.onLine && replay(),
    ]),
  );
  const told = { "Content-Type": "application/json", "Pwagen-Outbox": "queued" };
  return new Response(JSON.stringify({ queued: true, id }), { status: 202, headers: told });
}

addHook("sign-out", () => {
  indexedDB.deleteDatabase(OUTBOX_NAME);
  return broadcast("outbox", { state: "removed", waiting: 0 });
});

responders.push((event) => {
  const { method, url, mode, headers } = event.request;
  // A page that shows how far an upload is: browsers tell that only of requests that no worker answers.
  if (headers.get("Pwagen-Outbox") === "off") return;
  // A form that a page sends by itself wants a page for an answer.
  const rule = mode === "navigate" ? undefined : outboxRule(method, url);
  return rule && { rule: `outbox ${rule.match}`, answer: () => sendOrKeep(event, rule.maxAge).catch(() => Response.error()) };
});

/* ---- shared/retry-after.js ---- */

// When a server wants to be asked again.

/**
 * How long a server asks to be left alone, in milliseconds; 0 if it doesn't.
 *
 * @param header  Seconds or a date (RFC 9110, section 10.2.3).
 */
function retryAfterMilliseconds(header, now) {
  const text = (header || "").trim();
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return milliseconds > 0 ? milliseconds : 0;
}

/* ---- worker/outbox-replay.js ---- */

// Sends what waits in the outbox, in order, and again until it arrives or fails.

/** How long one request may take, in milliseconds; browsers end a worker's event soon after. */
const SEND_TIME_LIMIT = 240000;

/** The first and the longest wait after a try in vain, and the longest that a server may ask for, in milliseconds. */
const [FIRST_RETRY, LONGEST_RETRY, LONGEST_RETRY_AFTER] = [30000, 3600000, 86400000];

/**
 * What an answer means for a request. A conflict may be one with the same request, which the server is
 * still at, but not for long.
 *
 * @param status  none: the network failed; 0: a redirect that nobody may follow
 * @param tries  made in vain before
 */
function outcomeOf(status, tries) {
  if (status === undefined || status >= 500 || [408, 425, 429].includes(status)) return "queued";
  if (status === 409 && tries < 3) return "queued";
  return status < 400 ? "sent" : "failed";
}

/**
 * How long to wait for the next try, in milliseconds.
 *
 * @param tries  made in vain before
 */
function retryDelay(tries, retryAfter) {
  const asked = Math.min(retryAfterMilliseconds(retryAfter, Date.now()), LONGEST_RETRY_AFTER);
  return Math.max(asked, Math.min(FIRST_RETRY * 2 ** tries, LONGEST_RETRY));
}

/**
 * Does what can be done for a request now.
 *
 * @returns whether the next one may go
 */
async function replayRequest(entry, session) {
  const { id, time, maxAge, tries, notBefore = 0 } = entry;
  const now = Date.now();
  const expired = now - time > maxAge;
  if (!expired && notBefore > now) return tellOutbox("queued", entry, { retryIn: notBefore - now });
  const body = await inOutbox((bodies) => bodies.get(id));
  // The page has taken it back, or the user has signed out.
  if (!body || session !== signOuts) return true;
  const answer = expired ? undefined : await sendRequest(entry, body, AbortSignal.timeout(SEND_TIME_LIMIT)).catch(() => undefined);
  answer?.body?.cancel();
  if (session !== signOuts) return;
  const status = answer?.status;
  const outcome = expired ? "failed" : outcomeOf(status, tries);
  const retryIn = outcome === "queued" ? retryDelay(tries, answer?.headers.get("Retry-After")) : undefined;
  // Deleted only now: what is lost by a worker that ends before is sent again, under the same key.
  if (outcome === "sent") await removeRequest(id);
  else if (outcome === "failed") await changeRequests(id, () => ({ waiting: undefined, status }));
  // Without an answer the next chance counts, whenever the network is back.
  else await changeRequests(id, () => ({ tries: tries + 1, notBefore: answer && Date.now() + Number(retryIn) }));
  await tellOutbox(outcome, entry, { status, retryIn });
  return outcome !== "queued";
}

async function replayAll() {
  const session = signOuts;
  const oldest = () => inOutbox((_, requests) => (requests.index("waiting").get(1)));
  for (let entry = await oldest(); entry && session === signOuts; entry = await oldest()) {
    if (!(await replayRequest(entry, session))) return;
  }
}

let replaying = Promise.resolve();

/** Sends what waits, in order. One at a time, of two workers as well while one replaces the other. */
function replay() {
  const next = () => (navigator.locks ? navigator.locks.request(OUTBOX_NAME, replayAll) : replayAll());
  return (replaying = replaying.then(next, next));
}

onEvent("sync", async ({ tag }) => {
  if (tag !== OUTBOX_SYNC) return;
  await replay();
  const waiting = await countWaiting();
  // Tells the browser to come again.
  if (waiting) throw new Error(`${waiting} wait`);
});

/* ---- worker/outbox-messages.js ---- */

// Lists, empties and sends the outbox for a page.

messageHandlers.outbox = async () => ({
  entries: (await inOutbox((_, requests) => requests.getAll()) ?? []).map(
    ({ id, url, method, time, tries, waiting, status }) => ({ id, url, method, time, tries, state: waiting ? "queued" : "failed", status }),
  ),
});

messageHandlers["outbox-remove"] = async ({ id }) => {
  const entry = await inOutbox((_, requests) => requests.get(id));
  await removeRequest(id);
  if (entry) await tellOutbox("removed", entry);
  return { done: true };
};

messageHandlers.replay = async ({ retry }) => {
  if (retry) {
    await changeRequests(retry === true ? undefined : retry, ({ waiting, time, status, key }) => ({
      ...{ waiting: 1, notBefore: 0, status: undefined, time: waiting ? time : Date.now() },
      // A server that has refused it may answer the same key with the same refusal.
      key: status ? crypto.randomUUID() : key,
    }));
  }
  await replay();
  return { waiting: await countWaiting() };
};

/* ---- worker/share.js ---- */

// Receives what is shared to the app.

/** What nobody has taken after that many milliseconds, nobody will. */
const LAUNCH_LIFETIME = 3_600_000;

/**
 * Whether a request is what the system sends when something is shared to the app: a form posted to the
 * action. What a page fetches isn't.
 */
function isShare({ method, mode, url }) {
  return method === "POST" && mode === "navigate" && url.split("#")[0] === new URL(CONFIG.shareAction, BASE).href;
}

/**
 * Keeps what is shared until the action's page takes it, and opens that page: the host is never posted
 * to, nor needed. The fragment says which share it is, and is no part of what caches know the page by.
 */
async function receiveShare(request) {
  const id = crypto.randomUUID();
  const at = Date.now();
  try {
    const fields = [...(await request.formData())];
    // Without the store's time limit: a film takes longer to write.
    await changeInDatabase("launches", (kept = []) => [
      ...kept.filter((one) => at - one.at < LAUNCH_LIFETIME),
      { id, at, fields },
    ]);
  } catch (error) {
    console.warn("pwagen: what was shared could not be kept.", error); // The page finds nothing, and says so.
  }
  return Response.redirect(new URL(`#pwagen-launch=${id}`, new URL(CONFIG.shareAction, BASE)), 303);
}

responders.push(({ request }) => (isShare(request) ? { rule: "share_target", answer: () => receiveShare(request) } : undefined));

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

/* ---- worker/widgets.js ---- */

// Fills the widgets of the Windows widgets board.
//
// https://learn.microsoft.com/en-us/microsoft-edge/progressive-web-apps-chromium/how-to/widgets

/** Keeps a widget's background sync apart from those of periodic_sync. */
const WIDGET_SYNC = "widget:";

/** The text at a URL, without a network the one that was there last. */
async function widgetText(url) {
  try {
    return await refreshUrl(url);
  } catch (error) {
    // Any query: a precached file has its hash in it.
    const stored = await caches.match(new URL(url, BASE), { ignoreSearch: true, ignoreVary: true });
    if (!stored) throw error;
    return stored.text();
  }
}

async function showWidget(widget) {
  const { widgets } = self;
  if (!widget || !widgets) return;
  const [template, data] = await Promise.all([widgetText(widget.template), widget.data ? widgetText(widget.data) : "{}"]);
  await widgets.updateByTag(widget.tag, { template, data });
}

const widgetOf = (tag) => CONFIG.widgets.find((widget) => widget.tag === tag);

async function onWidgetInstall({ widget: { definition } }) {
  const widget = widgetOf(definition.tag);
  const sync = self.registration.periodicSync;
  // Refused without the permission: the widget is brought up to date when its board opens, all the same.
  const registered = widget?.update && sync?.register(WIDGET_SYNC + widget.tag, { minInterval: widget.update });
  await Promise.allSettled([registered, showWidget(widget)]);
}

async function onWidgetUninstall({ widget: { definition, instances } }) {
  if (instances.length <= 1) await self.registration.periodicSync?.unregister(WIDGET_SYNC + definition.tag);
}

async function onWidgetClick({ widget: { definition }, action, data, instanceId }) {
  const detail = { tag: definition.tag, action, data, instanceId };
  await Promise.allSettled([broadcast("widget", detail), runHooks("widget", detail)]);
  await showWidget(widgetOf(definition.tag)); // What the click has changed.
}

onEvent("widgetinstall", onWidgetInstall);
onEvent("widgetresume", ({ widget }) => showWidget(widgetOf(widget.definition.tag)));
onEvent("widgetclick", onWidgetClick);
onEvent("widgetuninstall", onWidgetUninstall);
onEvent("periodicsync", (event) => showWidget(CONFIG.widgets.find(({ tag }) => WIDGET_SYNC + tag === event.tag)));

// A new build may have another template; boards without the widget ignore it.
onEvent("activate", () => Promise.allSettled(CONFIG.widgets.map(showWidget)));

/* ---- worker/hooks.js ---- */

// Loads your own code, from the file that worker.hooks names. It may use
//
//   self.pwagen.on("push", ({ message, notification }) => { notification.title = "…"; })
//     amends what a message shows, in the message's own terms (title, body, navigate, actions …);
//     has a second for it and can't keep it from being shown
//   self.pwagen.on("shown" | "click" | "close" | "sync" | "outbox" | "message" | "sign-out", (detail) => …)
//     is waited for, but not longer than ten seconds
//   self.pwagen.notify(title, options), self.pwagen.badge.set(n) / .add(n) / .clear() / .get()
try {
  importScripts(trustedScriptUrl(new URL(CONFIG.hooks, BASE).href));
} catch (error) {
  console.error(`pwagen: ${CONFIG.hooks} could not be loaded.`, error);
}

/**
 * A host that sends its Content-Security-Policy with every file may require Trusted Types in the worker,
 * too. The directive that allows this policy is `trusted-types pwagen`.
 */
function trustedScriptUrl(url) {
  const { trustedTypes } = (self);
  try {
    return trustedTypes?.createPolicy("pwagen", { createScriptURL: (text) => text }).createScriptURL(url) ?? url;
  } catch {
    return url; // not named in the policy, and not required then
  }
}

/* ---- CONFIG ---- */

/** What depends on your site, from pwagen.yaml and from the files that were there at the build. */
function siteConfig() { return {
  "version": "feebcb41019b278a",
  "app": {
    "name": "Fishermen's \"Full\" <\/script> App",
    "lang": "en-GB",
    "dir": "ltr"
  },
  "update": "auto",
  "preload": true,
  "offline": {
    "page": "offline.html",
    "fallbacks": {},
    "precache": [
      ["icons/badge-96.png", "8586hXBnqRgnOp013OjT05fCUD8UVT7ywNPXZKsUcZU=", 0],
      ["icons/icon-192.png", "3FiTa/wkJLeaFhried/rCBt7BewzbEdy13HvPHSg7Dc=", 0],
      ["offline.ar.html", "Z1lOzZ4m88r9lu6uiIuuOrOvgQRhr06jTODcwLfOHOA=", 1],
      ["offline.css", "WOGHv/h6Vth33V7MCxp92e0jpyQn9VOHhdH3RlDrr+Q=", 1],
      ["offline.de.html", "pgy4FuDsaoGxPa1obveoJG1MIOY2AAx+ZV2ZeoBk3uA=", 1],
      ["offline.html", "pFg5/aGLU0B+NtXYAKxbexQ52/+i7wkgIDimwHJwgss=", 1],
      ["register.js", "zKxDrCx/8/PDBjdCXAP/Hin4+ymeyqkQKTBkbKKRATo=", 1],
      ["register.more.js", "BoF2sHtorYn0bp4S40xF/EciYsmO19BlIj/6bSUSs6Q=", 1]
    ],
    "routes": [
      {
        "match": "^feed\\.json$",
        "strategy": "stale-while-revalidate",
        "maxAge": 3600000,
        "personal": false
      },
      {
        "match": "^photos(?:/[\\s\\S]*)?$",
        "strategy": "cache-first",
        "maxEntries": 50,
        "maxAge": 2592000000,
        "personal": false
      }
    ],
    "never": [
      "^api(?:/[\\s\\S]*)?$"
    ],
    "ignoreParams": "^(?:utm_.*|fbclid|gclid)$",
    "timeout": 3000,
    "verify": true
  },
  "launchUrls": [
    "./?from=icon",
    "open?address=%s"
  ],
  "refreshedUrls": [
    "feed.json",
    "tides.json"
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
        "urlPattern": "api/comments{/*}?",
        "requestMethod": "POST"
      },
      "source": "fetch-event"
    },
    {
      "condition": {
        "urlPattern": "api/comments{/*}?",
        "requestMethod": "DELETE"
      },
      "source": "fetch-event"
    },
    {
      "condition": {
        "requestMethod": "PUT"
      },
      "source": "fetch-event"
    },
    {
      "condition": {
        "urlPattern": "api{/*}?"
      },
      "source": "network"
    }
  ],
  "offlinePages": {
    "en-GB": "offline.html",
    "de": "offline.de.html",
    "ar": "offline.ar.html"
  },
  "notifications": {
    "default": {
      "title": "Full",
      "body": "There is something new"
    },
    "options": {
      "icon": "icons/icon-192.png",
      "badge": "icons/badge-96.png",
      "lang": "en",
      "dir": "auto",
      "tag": "news",
      "renotify": true,
      "requireInteraction": true,
      "vibrate": [
        100,
        50,
        100
      ]
    },
    "actions": [
      {
        "action": "view-content",
        "title": "Yes"
      },
      {
        "action": "later",
        "title": "Later"
      }
    ],
    "targets": {
      "view-content": {
        "do": "open",
        "url": "content/"
      },
      "later": {
        "do": "dismiss"
      }
    },
    "click": {
      "do": "open",
      "url": "./"
    },
    "close": {
      "do": "post",
      "url": "api/closed"
    },
    "allowedOrigins": [
      "https://docs.example.com"
    ]
  },
  "push": {
    "vapidPublicKey": "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
    "endpoint": "api/push/subscriptions",
    "credentials": "include",
    "csrf": {
      "cookie": "csrftoken",
      "header": "X-CSRFToken"
    },
    "headers": {
      "X-App": "full"
    }
  },
  "translations": {
    "en-GB": {
      "options": {
        "lang": "en",
        "dir": "auto"
      },
      "default": {
        "title": "Full",
        "body": "There is something new"
      },
      "actions": [
        "Yes",
        "Later"
      ],
      "sync": [
        {
          "title": "{count} new stories",
          "body": "The latest: {stories.0.title}"
        },
        {}
      ]
    },
    "de": {
      "options": {
        "lang": "de",
        "dir": "ltr"
      },
      "default": {
        "title": "Alles",
        "body": "Es gibt Neues"
      },
      "actions": [
        "Ja",
        "Später"
      ],
      "sync": [
        {
          "title": "{count} neue Meldungen",
          "body": "Die letzte: {stories.0.title}"
        },
        {}
      ]
    },
    "ar": {
      "options": {
        "lang": "en",
        "dir": "auto"
      },
      "default": {
        "title": "Full",
        "body": "There is something new"
      },
      "actions": [
        "نعم",
        "لاحقًا"
      ],
      "sync": [
        {
          "title": "{count} new stories",
          "body": "The latest: {stories.0.title}"
        },
        {}
      ]
    }
  },
  "badge": {
    "onPush": "add",
    "onClick": "clear",
    "onClose": "subtract",
    "onOpen": "clear"
  },
  "periodicSync": [
    {
      "tag": "get-daily-news",
      "minInterval": 86400000,
      "urls": [
        "feed.json",
        "./"
      ],
      "badge": "unread",
      "notify": {
        "title": "{count} new stories",
        "body": "The latest: {stories.0.title}",
        "url": "content/"
      }
    },
    {
      "tag": "tides",
      "minInterval": 21600000,
      "urls": [
        "tides.json"
      ]
    }
  ],
  "downloads": [
    {
      "icon": "icons/icon-192.png",
      "id": "harbour-tour",
      "title": "The harbour tour",
      "urls": [
        "media/tour.mp4",
        "media/tour.vtt"
      ],
      "storedTitle": "The harbour tour is ready",
      "failedTitle": "The harbour tour could not be fetched",
      "url": "tour/"
    }
  ],
  "outbox": [
    {
      "match": "^api/comments(?:/[\\s\\S]*)?$",
      "methods": [
        "POST",
        "DELETE"
      ],
      "maxAge": 172800000
    },
    {
      "match": "^api/photo[^/]$",
      "methods": [
        "PUT"
      ],
      "maxAge": 604800000
    }
  ],
  "shareAction": "share",
  "widgets": [
    {
      "tag": "tides",
      "template": "widgets/tides.json",
      "data": "widgets/data.json",
      "update": 3600000
    }
  ],
  "hooks": "pwa-hooks.js"
}; }
})();
