/** What the worker does at the browser's events, which are fired at the listeners that it has added. */

import assert from "node:assert/strict";
import test from "node:test";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

const PREFIX = "pwagen:/docs/:";
const precached = (/** @type {string} */ path) => `${FOLDER}${path}?pwagen=${encodeURIComponent(`hash of ${path}`)}`;

/** Caches with Map's contents. @param {Record<string, Record<string, Response>>} [content] */
function fakeCaches(content = {}) {
  const stores = new Map(Object.entries(content).map(([name, stored]) => [PREFIX + name, new Map(Object.entries(stored))]));
  const urlOf = (/** @type {any} */ request) => (typeof request === "string" ? request : request.url);
  return {
    stores,
    keys: async () => [...stores.keys()],
    has: async (/** @type {string} */ name) => stores.has(name),
    delete: async (/** @type {string} */ name) => stores.delete(name),
    match: async (/** @type {any} */ request, /** @type {{ cacheName: string }} */ { cacheName }) => stores.get(cacheName)?.get(urlOf(request)),
    open: async (/** @type {string} */ name) => {
      const store = stores.get(name) ?? stores.set(name, new Map()).get(name);
      return {
        keys: async () => [...store.keys()].map((url) => ({ url })),
        match: async (/** @type {any} */ request) => store.get(urlOf(request)),
        put: async (/** @type {any} */ request, /** @type {Response} */ response) => void store.set(urlOf(request), response),
        delete: async (/** @type {any} */ request) => store.delete(urlOf(request)),
      };
    },
  };
}

/** @param {object} [sections] @param {Record<string, any>} [scope] @param {object} [registration] */
function load(sections = {}, scope = {}, registration = {}) {
  /** @type {Map<string, (event: any) => void>} */
  const listeners = new Map();
  /** @type {string[]} */
  const claims = [];
  const self = {
    location: new URL("sw.js", FOLDER),
    registration: { scope: FOLDER, getNotifications: async () => [], ...registration },
    addEventListener(/** @type {string} */ type, /** @type {(event: any) => void} */ listener) {
      assert.ok(!listeners.has(type), `a second listener for ${type}`);
      listeners.set(type, listener);
    },
    clients: { claim: async () => claims.push("claimed"), matchAll: async () => [], ...scope.clients },
    skipWaiting: async () => claims.push("skipped"),
  };
  const globals = { indexedDB: { deleteDatabase() {} }, caches: fakeCaches(), Request, AbortSignal, crypto, TextEncoder, navigator: { languages: [] } };
  const run = loadWorker({ widgets: [], ...sections }, { ...globals, ...scope, self });
  /** Fires an event, and returns what became of each task. @param {string} type @param {object} [event] */
  const fire = async (type, event = {}) => {
    /** @type {Promise<unknown>[]} */
    const tasks = [];
    listeners.get(type)?.({ ...event, waitUntil: (/** @type {Promise<unknown>} */ task) => tasks.push(task) });
    return Promise.allSettled(tasks);
  };
  return { run, fire, claims, listeners };
}

test("a worker that takes over claims the pages, and deletes its own old caches alone", async () => {
  const caches = fakeCaches({ runtime: {}, precache: {}, "precache-of-before": {} });
  caches.stores.set("theirs", new Map());
  const { fire, claims } = load({}, { caches });
  await fire("activate");
  assert.deepEqual(claims, ["claimed"]);
  assert.deepEqual([...caches.stores.keys()], [`${PREFIX}runtime`, `${PREFIX}precache`, "theirs"]);
});

test("a new build waits to be asked for, unless pwagen.yaml says auto", async () => {
  const prompt = load();
  await prompt.fire("install");
  assert.deepEqual(prompt.claims, []);
  const auto = load({ update: "auto" });
  await auto.fire("install");
  assert.deepEqual(auto.claims, ["skipped"]);
});

test("an event lasts until its tasks are done, and each task fails alone", async () => {
  const { run, fire } = load();
  /** @type {string[]} */
  const done = [];
  run("onEvent")("backgroundtest", () => { throw new Error("broken"); });
  run("onEvent")("backgroundtest", async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done.push("late");
  });
  const outcomes = await fire("backgroundtest");
  assert.deepEqual(outcomes.map(({ status }) => status), ["rejected", "fulfilled"]);
  assert.deepEqual(done, ["late"]);
});

test("a page is answered on its port, also when its wish fails", async () => {
  const { run, fire } = load();
  const ask = async (/** @type {object} */ data) => {
    /** @type {any[]} */
    const answers = [];
    await fire("message", { data, ports: [{ postMessage: (/** @type {any} */ answer) => answers.push(answer) }] });
    return structuredClone(answers);
  };
  assert.deepEqual(await ask({ pwagen: "version" }), [{ version: "1" }]);
  assert.equal((await ask({ pwagen: "config" }))[0].config.version, "1");
  run("messageHandlers").broken = () => Promise.reject(new Error("no"));
  assert.deepEqual(await ask({ pwagen: "broken" }), [{ error: "Error: no" }]);
  assert.deepEqual(await ask({ pwagen: "unknown" }), []);
});

test("the first part that has an answer gives it; without one the network does", async () => {
  const { run } = load({}, { fetch: async () => "network" });
  const request = { headers: new Headers() };
  const none = async () => undefined;
  assert.equal(await run("respond")(request, [none, async () => "second", async () => "third"]), "second");
  assert.equal(await run("respond")(request, [none]), "network");
});

test("each file is fetched against its hash, and files of other builds go with them", async () => {
  /** @type {any[]} */
  const asked = [];
  const fetch = async (/** @type {string} */ url, /** @type {object} */ options) => {
    asked.push([url, options]);
    return new Response(url);
  };
  const caches = fakeCaches({ precache: { [precached("old.css")]: new Response("old"), [precached("index.html")]: new Response("kept") } });
  const precache = ["index.html", "style.css"].map((path) => [path, `hash of ${path}`, 1]);
  const { fire } = load({ offline: { ...CONFIG.offline, precache } }, { caches, fetch });
  const installed = await fire("install");
  assert.deepEqual(installed.map(({ status }) => status).filter((status) => status === "rejected"), []);
  assert.deepEqual(structuredClone(asked), [[`${FOLDER}style.css`, { integrity: "sha256-hash of style.css", cache: "default" }]]);
  await fire("activate");
  const stored = caches.stores.get(`${PREFIX}precache`);
  assert.deepEqual([...(stored?.keys() ?? [])], [precached("index.html"), precached("style.css"), `${FOLDER}?pwagen`]);
});

test("static routes are added where the browser has them", async () => {
  const staticRoutes = [{ condition: { urlPattern: "api{/*}?" }, source: "network" }];
  const { fire } = load({ staticRoutes });
  /** @type {object[]} */
  const added = [];
  await fire("install", { addRoutes: async (/** @type {object[]} */ rules) => added.push(...rules) });
  assert.deepEqual(structuredClone(added), staticRoutes);
});

test("pages are preloaded if the config says so, and not any more if it doesn't", async () => {
  for (const [preload, expected] of [[true, "enable"], [undefined, "disable"]]) {
    /** @type {string[]} */
    const calls = [];
    const navigationPreload = { enable: async () => calls.push("enable"), disable: async () => calls.push("disable") };
    await load({ preload }, {}, { navigationPreload }).fire("activate");
    assert.deepEqual(calls, [expected]);
  }
});

test("an answer that comes late is waited for and stored", async () => {
  const { run } = load({}, { fetch: () => new Promise((resolve) => setTimeout(resolve, 20, new Response("late"))) });
  /** @type {Promise<unknown>[]} */
  const lasting = [];
  const event = { request: { url: FOLDER, headers: new Headers() }, preloadResponse: undefined, waitUntil: (/** @type {Promise<unknown>} */ task) => lasting.push(task) };
  const answer = await run("STRATEGIES")["network-first"](event, { key: FOLDER, timeout: 1 });
  assert.equal(lasting.length, 1);
  assert.equal(await answer.text(), "late", "nothing is stored: the network's answer after all");
});

test("what stands in says that it does", async () => {
  const caches = fakeCaches({ precache: { [precached("offline.html")]: new Response("<head><title>Offline") } });
  const offline = { ...CONFIG.offline, precache: [["offline.html", "hash of offline.html", 1]] };
  const response = await load({ offline }, { caches }).run("fallback")("page");
  assert.deepEqual([response.status, await response.text()], [503, `<head><base href="${FOLDER}"><title>Offline`]);
});

test("a full store drops the older half of what was met", async () => {
  const urls = ["a", "b", "c", "d"].map((name) => FOLDER + name);
  const caches = fakeCaches({ runtime: Object.fromEntries(urls.map((url) => [url, new Response("")])) });
  const { open } = caches;
  const full = () => Promise.reject(Object.assign(new Error(), { name: "QuotaExceededError" }));
  caches.open = async (name) => ({ ...(await open(name)), put: full });
  const { run } = load({}, { caches });
  await run("store")(new Request(FOLDER + "e"), new Response("new"), run("signOuts"));
  assert.deepEqual([...(caches.stores.get(`${PREFIX}runtime`)?.keys() ?? [])], urls.slice(2));
});

test("a click closes the notification, and leaves a window that shows the page as it is", async () => {
  /** @type {string[]} */
  const calls = [];
  const window = { id: "1", url: FOLDER, focus: async () => window, navigate: async () => calls.push("navigated"), postMessage() {} };
  const { fire } = load({}, { clients: { matchAll: async () => [window] }, navigator: { languages: [] } });
  const notification = { title: "T", tag: "", data: null, close: () => calls.push("closed") };
  await fire("notificationclick", { notification, action: "" });
  assert.deepEqual(calls, ["closed"]);
});

test("who saves data is not refreshed in the background", async () => {
  const entry = { tag: "news", minInterval: 1, urls: ["feed.json"] };
  const translations = { en: { options: {}, default: {}, actions: [], sync: [] } };
  for (const [saveData, expected] of /** @type {[boolean, number][]} */ ([[true, 0], [false, 1]])) {
    let asked = 0;
    const fetch = async () => new Response(String((asked += 1)));
    const { fire } = load({ periodicSync: [entry], translations }, { fetch, navigator: { languages: [], connection: { saveData } } });
    await fire("periodicsync", { tag: "news" });
    assert.equal(asked, expected);
  }
});

test("a change of subscription that was never told still names what the server knows", async () => {
  const subscription = (/** @type {string} */ endpoint) => ({ endpoint, toJSON: () => ({ endpoint }) });
  const { run, fire } = load({ push: { ...CONFIG.push, endpoint: undefined } }, { setTimeout: (/** @type {() => void} */ done) => void queueMicrotask(done), clearTimeout() {} });
  await run("storeUpdate")("pendingSubscription", () => ({ old: { endpoint: "first" }, new: { endpoint: "second" } }));
  await fire("pushsubscriptionchange", { oldSubscription: subscription("second"), newSubscription: subscription("third") });
  assert.deepEqual(structuredClone(await run("storeGet")("pendingSubscription")), { old: { endpoint: "first" }, new: { endpoint: "third" } });
});

test("a refresh speaks the user's language before it tells of news", async () => {
  const { run } = load({ translations: { en: {}, de: {} } });
  /** @type {string[]} */
  const spoken = [];
  run("(spoken) => { useTranslation = () => void spoken.push('spoken'); }")(spoken);
  await run("runHooks")("refreshed");
  assert.deepEqual(spoken, ["spoken"]);
});

test("the user's language is that of the page, else the browser's", async () => {
  const { run } = load({}, { navigator: { languages: ["de-AT"] } });
  const values = { en: 1, de: 2, fr: 3 };
  assert.equal(await run("inUsersLanguage")(values), 2);
  await run("storeUpdate")("language", () => "fr");
  assert.equal(await run("inUsersLanguage")(values), 3);
});

test("a download that was removed meanwhile does not come back", async () => {
  const { run } = load();
  const note = (/** @type {object} */ change) => run("noteDownload")({ id: "tour", ...change });
  const state = async () => (await run("downloadRecords")()).tour.state;
  await note({ state: "active", urls: [] });
  await note({ state: "none" });
  await note({ state: "stored" });
  assert.equal(await state(), "none");
});

test("behind what waits in the outbox a request is kept, not sent", async () => {
  /** @type {string[]} */
  const sent = [];
  const fetch = async (/** @type {string} */ url) => {
    sent.push(url);
    return new Response("ok");
  };
  const { run } = load({}, { fetch, navigator: { languages: [], onLine: false } });
  run("(kept) => { countWaiting = async () => 1; keepRequest = async (entry) => (kept.push(entry), 7); }")([]);
  const event = { request: new Request(`${FOLDER}api/x`, { method: "POST", body: "b" }), waitUntil() {} };
  const answer = await run("sendOrKeep")(event, 1000);
  assert.deepEqual([answer.status, await answer.json(), sent], [202, { queued: true, id: 7 }, []]);
});

test("a request that the server wants later is not sent yet", async () => {
  const { run } = load();
  /** @type {string[]} */
  const told = [];
  run("(told) => { tellOutbox = async (state) => void told.push(state); inOutbox = () => { throw new Error('it was looked at'); }; }")(told);
  const entry = { id: 1, url: FOLDER, time: Date.now(), maxAge: 1e9, tries: 1, notBefore: Date.now() + 60_000 };
  assert.equal(await run("replayRequest")(entry, 0), undefined);
  assert.deepEqual(told, ["queued"]);
});
