/**
 * Shares, as far as no browser is needed, and widgets, which only Edge on Windows has: on a stand-in for
 * self.widgets after Microsoft's documentation.
 */

import assert from "node:assert/strict";
import test from "node:test";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

test("only a form that is posted to the action is a share", () => {
  const isShare = loadWorker()("isShare");
  const share = { method: "POST", mode: "navigate", url: `${FOLDER}share/` };
  assert.equal(isShare(share), true);
  assert.equal(isShare({ ...share, url: `${FOLDER}share/#part` }), true);
  for (const other of [{ method: "GET" }, { mode: "cors" }, { url: `${FOLDER}share` }, { url: `${FOLDER}share/?x` }, { url: FOLDER }]) {
    assert.equal(isShare({ ...share, ...other }), false, JSON.stringify(other));
  }
});

test("a page that is opened with something in its query is the precached one", () => {
  const precache = ["index.html", "open/index.html", "share.html", "tides/index.html"].map((path) => [path, "h", 1]);
  const offline = { ...CONFIG.offline, precache };
  const plan = loadWorker({ offline })("(url) => planFor({ method: 'GET', url, mode: 'navigate', destination: 'document', headers: new Headers() })");
  const table = [
    ["?from=icon", "index.html"],
    ["?from=elsewhere", undefined],
    ["open?address=web%2Btide%3Alow", "open/index.html"],
    ["open/?address=web%2Btide%3Alow", "open/index.html"],
    ["open?other=1", undefined],
    ["share?title=a&text=b", "share.html"],
    ["share.html?title=a", "share.html"],
    ["share?title=a#part", "share.html"],
    ["tides/?day=friday", undefined],
  ];
  for (const [path, file] of table) assert.equal(plan(FOLDER + path).entry?.[0], file, path);
});

/** @param {object} [options] */
function widgetWorker({ texts = {}, stored = {}, periodicSync = undefined, widgets = true } = {}) {
  /** @type {any[]} */
  const log = [];
  /** @type {Record<string, (event: any) => void>} */
  const listeners = {};
  const self = {
    location: new URL("sw.js", FOLDER),
    registration: { scope: FOLDER, periodicSync },
    clients: { claim: async () => {}, matchAll: async () => [{ url: FOLDER, postMessage: (/** @type {any} */ message) => log.push(message) }] },
    addEventListener(/** @type {string} */ type, /** @type {any} */ listener) {
      const before = listeners[type];
      listeners[type] = (event) => (before?.(event), listener(event));
    },
    widgets: widgets ? { updateByTag: async (/** @type {string} */ tag, /** @type {any} */ payload) => log.push([tag, { ...payload }]) } : undefined,
  };
  const fetch = async (/** @type {Request} */ { url }) => {
    const text = /** @type {any} */ (texts)[url.slice(FOLDER.length)];
    if (text === undefined) throw new TypeError("no network");
    return new Response(text, { headers: { "Cache-Control": "no-store" } });
  };
  const caches = {
    open: async () => ({ keys: async () => [] }),
    keys: async () => [],
    match: async (/** @type {Request | URL} */ asked, /** @type {any} */ { cacheName }) => {
      const url = asked instanceof URL ? asked.href : asked.url;
      const text = cacheName ? undefined : /** @type {any} */ (stored)[url.slice(FOLDER.length)];
      return text === undefined ? undefined : new Response(text);
    },
  };
  const run = loadWorker({}, { self, fetch, caches, Request, AbortSignal, console: { error() {} } });
  /** @param {string} type @param {object} event */
  const dispatch = async (type, event) => {
    /** @type {Promise<unknown>[]} */
    const waited = [];
    listeners[type]({ ...event, waitUntil: (/** @type {Promise<unknown>} */ promise) => waited.push(promise) });
    return Promise.allSettled(waited);
  };
  return { log, dispatch, run };
}

const widget = { definition: { tag: "tides" }, instances: [{}] };
const texts = { "widgets/tides.json": "{card}", "widgets/data.json": "{data}" };
const shown = ["tides", { template: "{card}", data: "{data}" }];

test("a widget is filled when it is installed, shown again, refreshed, and when a new worker takes over", async () => {
  for (const [type, event] of /** @type {[string, object][]} */ ([
    ["widgetinstall", { widget }],
    ["widgetresume", { widget }],
    ["periodicsync", { tag: "widget:tides" }],
    ["activate", {}],
  ])) {
    const { log, dispatch } = widgetWorker({ texts });
    await dispatch(type, event);
    assert.deepEqual(log, [shown], type);
  }
});

test("without a network a widget shows what was stored last; with nothing stored it stays as it is", async () => {
  const offline = widgetWorker({ stored: texts });
  await offline.dispatch("widgetinstall", { widget });
  assert.deepEqual(offline.log, [shown]);
  const empty = widgetWorker();
  await empty.dispatch("widgetinstall", { widget });
  assert.deepEqual(empty.log, []);
});

test("a click tells pages and hooks, then the widget shows what it has changed", async () => {
  const { log, dispatch, run } = widgetWorker({ texts });
  run("addHook")("widget", (/** @type {any} */ detail) => log.push(["hook", detail.action]));
  await dispatch("widgetclick", { widget, action: "refresh", data: { a: 1 }, instanceId: "i" });
  const message = { pwagen: "widget", detail: { tag: "tides", action: "refresh", data: { a: 1 }, instanceId: "i" } };
  assert.deepEqual(structuredClone(log), [["hook", "refresh"], message, shown]);
});

test("the background sync comes with the first widget and goes with the last", async () => {
  /** @type {any[]} */
  const calls = [];
  const periodicSync = {
    register: async (/** @type {any[]} */ ...given) => calls.push(["register", ...structuredClone(given)]),
    unregister: async (/** @type {string} */ tag) => calls.push(["unregister", tag]),
  };
  const { dispatch } = widgetWorker({ texts, periodicSync });
  await dispatch("widgetinstall", { widget });
  await dispatch("widgetuninstall", { widget: { ...widget, instances: [{}, {}] } });
  await dispatch("widgetuninstall", { widget });
  assert.deepEqual(calls, [["register", "widget:tides", { minInterval: 3600000 }], ["unregister", "widget:tides"]]);
});

test("a refused background sync, no widgets at all and a tag of somebody else's are no errors", async () => {
  const refused = widgetWorker({ texts, periodicSync: { register: async () => Promise.reject(new Error("denied")), unregister: async () => {} } });
  await refused.dispatch("widgetinstall", { widget });
  assert.deepEqual(refused.log, [shown]);
  const bare = widgetWorker({ texts, widgets: false });
  await bare.dispatch("activate", {});
  const other = widgetWorker({ texts });
  const [outcome] = await other.dispatch("widgetinstall", { widget: { definition: { tag: "other" }, instances: [{}] } });
  assert.deepEqual([bare.log, other.log, outcome.status], [[], [], "fulfilled"]);
});
