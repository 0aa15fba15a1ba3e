import assert from "node:assert/strict";
import test from "node:test";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

const PRECACHE = ["index.html", "about/index.html", "style.css", "offline.html"];
const OFFLINE = {
  ...CONFIG.offline,
  precache: PRECACHE.map((path) => [path, `hash of ${path}`, 1]),
  routes: [
    { match: "^news/[^/]*\\.json$", strategy: "stale-while-revalidate" },
    { match: "^live(?:/[\\s\\S]*)?$", strategy: "network-only" },
  ],
  never: ["^admin(?:/[\\s\\S]*)?$"],
};

/** Stored responses by URL, in the caches whose name ends so. @param {Record<string, Record<string, Response>>} stored */
function cachesWith(stored) {
  return {
    match: async (/** @type {string | Request} */ request, /** @type {{ cacheName: string }} */ { cacheName }) => {
      const name = cacheName.split(":").at(-1) ?? "";
      return stored[name]?.[typeof request === "string" ? request : request.url];
    },
  };
}

/** @param {Record<string, Record<string, Response>>} [stored] @param {object} [offline] @param {object} [scope] */
function load(stored = {}, offline = {}, scope = {}) {
  const windows = [{ id: "front", url: FOLDER }, { id: "back", url: FOLDER }];
  const worker = { location: new URL("sw.js", FOLDER), registration: { scope: FOLDER }, addEventListener() {}, clients: { matchAll: async () => windows, get: async () => undefined } };
  return loadWorker({ offline: { ...OFFLINE, ...offline }, refreshedUrls: ["feed.json"] }, { self: worker, caches: cachesWith(stored), Request, crypto, ...scope });
}

/** The first rule without what is stored, as plain text. @param {any} explanation */
const ruleOf = ({ as, rules: [rule] }) => [as, rule?.rule, rule?.by, rule?.strategy];

test("a URL is explained as what its name suggests, by the plan that answers it", async () => {
  const { explain } = load()("workerApi");
  const table = [
    ["", ["document", "offline.precache index.html", "worker", "network-first"]],
    ["about/?x=1#top", ["document", "kept as it is met", "worker", "network-first"]],
    ["about/", ["document", "offline.precache about/index.html", "worker", "network-first"]],
    ["new.html", ["document", "kept as it is met", "worker", "network-first"]],
    ["style.css?v=2", ["style", "offline.precache style.css", "worker", "network-first"]],
    ["lib/other.3f9ac21b.mjs", ["script", "kept as it is met", "worker", "cache-first"]],
    ["font.woff2", ["font", "kept as it is met", "worker", "network-first"]],
    ["a.jpeg", ["image", "kept as it is met", "worker", "network-first"]],
    ["news/1.json", ["", "offline.routes ^news/[^/]*\\.json$", "worker", "stale-while-revalidate"]],
    ["feed.json", ["", "periodic_sync", "worker", "network-first"]],
    ["live/now.json", ["", "offline.routes ^live(?:/[\\s\\S]*)?$", "browser", undefined]],
    ["live/", ["document", "offline.routes ^live(?:/[\\s\\S]*)?$", "worker", "network-only"]],
    ["admin/logo.png", ["image", "offline.never ^admin(?:\\/[\\s\\S]*)?$", "browser", undefined]],
    ["admin/", ["document", "offline.never ^admin(?:\\/[\\s\\S]*)?$", "worker", "network-only"]],
  ];
  for (const [url, expected] of table) assert.deepEqual(ruleOf(await explain(url)), expected, String(url));
  assert.deepEqual(ruleOf(await explain("feed", "style")), ["style", "kept as it is met", "worker", "network-first"]);
});

test("what no rule is for is the browser's own business", async () => {
  const { explain } = load()("workerApi");
  assert.deepEqual({ ...(await explain("data.json")), rules: 0 }, { url: FOLDER + "data.json", as: "", rules: 0 });
  assert.equal((await explain("data.json")).rules.length, 0);
  assert.equal((await explain("https://cdn.example/lib.js")).rules.length, 0);
});

test("the copy that is stored now comes along, as a request would get it", async () => {
  const [met, built] = [new Response("met"), new Response("built")];
  const { explain } = load({
    runtime: { [FOLDER + "new/"]: met, [FOLDER]: met },
    precache: { [precached("index.html")]: built },
  })("workerApi");
  assert.equal((await explain("new/")).rules[0].stored, met);
  assert.equal((await explain("")).rules[0].stored, built, "a file of the build is not kept a second time");
  assert.equal((await explain("other/")).rules[0].stored, undefined);
});

test("a style is explained as the page in front would get it, and asking changes nothing", async () => {
  const run = load();
  const { explain } = run("workerApi");
  const strategy = async () => (await explain("style.css")).rules[0].strategy;
  run("pageBuilds").set("back", { isStored: true });
  assert.equal(await strategy(), "network-first");
  run("pageBuilds").set("front", { isStored: true });
  assert.equal(await strategy(), "cache-first");
  await explain("");
  assert.deepEqual([...run("pageBuilds").keys()], ["back", "front"]);
});

test("a page that is answered with a file of this build gets its styles and scripts from it", async () => {
  const built = new Response("built");
  const stored = { precache: { [`${FOLDER}style.css?pwagen=hash%20of%20style.css`]: built, [`${FOLDER}index.html?pwagen=hash%20of%20index.html`]: built } };
  const run = load(stored);
  const page = { request: { url: FOLDER, method: "GET", mode: "navigate", destination: "document", headers: new Headers() }, clientId: "", resultingClientId: "new" };
  await run("STRATEGIES")["cache-only"](page, run("planFor")(page.request, false));
  assert.deepEqual([...run("pageBuilds").keys()], ["new"]);
  const style = { url: FOLDER + "style.css", method: "GET", mode: "no-cors", destination: "style", headers: new Headers() };
  const matches = (/** @type {string} */ clientId) => Array.from(run("matchesFor")({ request: style, clientId }), (/** @type {any} */ { strategy }) => strategy);
  assert.deepEqual(matches("new"), ["cache-first"]);
  assert.deepEqual(matches("other"), ["network-first"]);
  // A style that is answered with a file of this build says nothing of its page.
  await run("STRATEGIES")["cache-only"]({ ...page, request: style, resultingClientId: "style" }, run("planFor")(style, false));
  assert.deepEqual([...run("pageBuilds").keys()], ["new"]);
});

const PAGE = { url: FOLDER, method: "GET", mode: "navigate", destination: "document", headers: new Headers() };
const ROUTES = [{ match: "^$", strategy: "network-first" }];
const precached = (/** @type {string} */ path) => `${FOLDER}${path}?pwagen=${encodeURIComponent(`hash of ${path}`)}`;

test("a page from the network is not taken for the stored one that was nearly shown", async () => {
  const html = (/** @type {string} */ text) => new Response(text, { headers: { "Content-Type": "text/html", "Cache-Control": "no-cache, no-store" } });
  const run = load({ precache: { [precached("index.html")]: html("stored") } }, { routes: ROUTES });
  const answer = new Promise((resolve) => {
    setTimeout(() => resolve(html("network")), 20);
  });
  const event = { request: PAGE, clientId: "", resultingClientId: "new", waitUntil() {} };
  const late = await run("insteadOf")(event, run("planFor")(PAGE), answer);
  assert.equal(await late.text(), "network");
  assert.equal(run("pageBuilds").get("new")?.isStored, undefined);
});

test("a file that is not there says nothing of a page", async () => {
  const run = load({}, { routes: ROUTES }, { fetch: async () => Promise.reject(new Error("no network")), caches: { ...cachesWith({}), open: async () => ({ keys: async () => [] }) } });
  assert.equal(await run("storedAnswer")({ request: PAGE, clientId: "", resultingClientId: "new" }, run("planFor")(PAGE)), undefined);
  assert.equal(run("pageBuilds").get("new")?.isStored, undefined);
});

test("a page that got a style of this build without a network gets its other files from it, too", async () => {
  const [built, met] = [new Response("built"), new Response("met", { headers: { "Pwagen-Stored": new Date().toUTCString() } })];
  const run = load({ precache: { [precached("style.css")]: built }, runtime: { [FOLDER + "met.css"]: met } }, { precache: [["style.css", "hash of style.css", 1]] });
  const file = (/** @type {string} */ name) => ({ url: FOLDER + name, method: "GET", mode: "no-cors", destination: "style", headers: new Headers() });
  for (const [name, stored, isStored] of /** @type {const} */ ([["met.css", met, undefined], ["style.css", built, true]])) {
    const [plan] = run("matchesFor")({ request: file(name), clientId: "page" });
    assert.equal(await run("insteadOf")({ request: file(name), clientId: "page" }, plan, Promise.reject(new TypeError("Failed to fetch"))), stored);
    assert.equal(run("pageBuilds").get("page").isStored, isStored, name);
  }
});

test("a late answer says nothing of a page that was kept as it was met", async () => {
  const met = new Response("met", { headers: { "Pwagen-Stored": new Date().toUTCString() } });
  const run = load({ runtime: { [FOLDER]: met } }, { routes: ROUTES });
  const event = { request: PAGE, clientId: "", resultingClientId: "new" };
  const plan = run("planFor")(PAGE);
  assert.equal(await run("STRATEGIES")["cache-only"](event, plan), met);
  run("pageBuild")("new").version = "1";
  run("noteAnswer")(event, plan, new Response("late"));
  const { isStored, isListed, intact, version } = run("pageBuilds").get("new");
  assert.deepEqual([isStored, isListed, intact, version], [undefined, false, undefined, "1"]);
});

test("a page's build is certain by what it got from the store, or says itself where nothing contradicts", async () => {
  const run = load();
  const version = run("CONFIG").version;
  const told = { asked: Promise.resolve() };
  const table = [
    [{ isStored: true }, version],
    [{ isStored: true, version: "other" }, version],
    [{ version: "other" }, "other"],
    [{ version, intact: Promise.resolve(true) }, version],
    [{ version, intact: Promise.resolve(false) }, undefined],
    [{}, undefined],
  ];
  for (const [known, build] of table) {
    run("pageBuilds").set("page", { ...told, ...known });
    assert.equal(await run("buildOf")("page"), build, JSON.stringify(known));
  }
});

/** A page that is asked for its version, and a worker that counts how often. @param {string} [version]  none: it doesn't answer */
function loadWithPage(version) {
  let asked = 0;
  const list = new Response("[]", { headers: { "Pwagen-Stored": new Date().toUTCString() } });
  const page = {
    id: "front",
    type: "window",
    url: FOLDER,
    postMessage(/** @type {any} */ _, /** @type {MessagePort[]} */ [port]) {
      asked += 1;
      if (version) port.postMessage({ version });
    },
  };
  const clients = { get: async () => page, matchAll: async () => [page] };
  const self = { location: new URL("sw.js", FOLDER), registration: { scope: FOLDER }, addEventListener() {}, clients };
  /** @type {Map<() => void, number>} */
  const timers = new Map();
  const clock = {
    setTimeout: (/** @type {() => void} */ callback, /** @type {number} */ ms) => (timers.set(callback, ms), callback),
    clearTimeout: (/** @type {() => void} */ callback) => timers.delete(callback),
  };
  const run = load({ precache: { [`${FOLDER}?pwagen`]: list } }, {}, { self, MessageChannel, ...clock });
  /** Once the page was asked so often, ends the waits of up to so many milliseconds. */
  async function elapse(/** @type {number} */ most, times = 1) {
    while (asked < times) await new Promise((resolve) => setImmediate(resolve));
    for (const [callback, ms] of timers) if (ms <= most) callback();
  }
  return { run, asked: () => asked, elapse };
}

const fiveFiles = (/** @type {any} */ run) => Promise.all(Array.from({ length: 5 }, () => run("buildOf")("front")));

test("a page is asked once for what five of its files depend on", async () => {
  for (const version of ["1", undefined]) {
    const { run, asked, elapse } = loadWithPage(version);
    const files = fiveFiles(run);
    if (!version) await elapse(300);
    assert.deepEqual(await files, Array(5).fill(version));
    assert.deepEqual([...new Set(await fiveFiles(run))], [version]);
    assert.equal(asked(), 1, version);
  }
});

test("the files of a page that is being loaded wait for no answer of it", { timeout: 5000 }, async () => {
  const { run, asked, elapse } = loadWithPage();
  const waited = [];
  const event = { request: PAGE, clientId: "", resultingClientId: "front", waitUntil: (/** @type {Promise<any>} */ one) => waited.push(one) };
  run("STRATEGIES")["network-only"] = async () => new Response("met");
  await run("answer")(event, run("planFor")(PAGE));
  assert.equal(await run("buildOf")("front"), undefined); // at once: no time passes before the next line
  await elapse(3000);
  await Promise.all(waited);
  assert.equal(asked(), 1);
});

test("a file does not wait for the long question that a load asks", { timeout: 5000 }, async () => {
  const { run, elapse } = loadWithPage();
  const learning = run("learnBuild")("front");
  await elapse(0);
  const version = run("buildOf")("front");
  await elapse(300, 2);
  assert.equal(await version, undefined); // the 3 s of the other are not over
  await elapse(3000, 2);
  await learning;
});

test("a page's version is added to what was noted of it", async () => {
  const { run } = loadWithPage("1");
  run("pageBuild")("front").isListed = true;
  await run("learnBuild")("front");
  await run("buildOf")("front");
  const { isListed, version } = run("pageBuilds").get("front");
  assert.deepEqual([isListed, version], [true, "1"]);
});
