import assert from "node:assert/strict";
import test from "node:test";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

const PRECACHE = ["index.html", "about/index.html", "team.html", "style.css", "app.3f9ac21b.css", "a b#c%.html", "clip.mp4", "offline.html"];

const OFFLINE = {
  ...CONFIG.offline,
  precache: PRECACHE.map((path) => [path, `hash of ${path}`, 1]),
  routes: [
    { match: "^news/[^/]*\\.json$", strategy: "stale-while-revalidate", maxEntries: 3 },
    { match: "^live(?:/[\\s\\S]*)?$", strategy: "network-only" },
    { match: "^photos/", strategy: "cache-first", maxAge: 1000 },
  ],
  never: ["^admin(?:/[\\s\\S]*)?$"],
  ignoreParams: "^(?:utm_.*|fbclid)$",
};
const load = () => loadWorker({ offline: OFFLINE });

/** @param {string} path @param {object} [request] */
function request(path, { range = "", ...request } = {}) {
  const headers = new Headers(range ? { Range: range } : {});
  return { method: "GET", mode: "no-cors", destination: "", headers, url: new URL(path, FOLDER).href, ...request };
}

test("requests that are none of the worker's business are left to the browser", () => {
  const planFor = load()("planFor");
  const others = [
    request("style.css", { method: "HEAD" }),
    request("", { method: "POST", mode: "navigate" }),
    request("https://cdn.example/lib.js", { destination: "script" }),
    request("http://example.com/docs/style.css", { destination: "style" }),
    request("api/data.json"),
    request("admin/logo.png", { destination: "image" }),
    request("admin"),
    request("live/now.json"),
    request("film.mp4", { destination: "video", range: "bytes=0-" }),
    request("photos/1.jpg", { destination: "image", range: "bytes=0-" }),
    request("film.mp4", { destination: "video" }),
    request("news/1.json", { headers: new Headers({ Accept: "text/event-stream" }) }),
  ];
  for (const one of others) assert.equal(planFor(one)?.strategy, undefined, one.url);
});

test("what is refreshed in the background is answered, wherever the app lies", () => {
  const refreshedUrls = ["feed.json?x=1", "/tides.json", "a%20b.json", "/a/b/below.json", "news/1.json"];
  for (const folder of ["https://example.com/", "https://example.com/a/b/"]) {
    const planFor = loadWorker({ offline: OFFLINE, refreshedUrls }, {}, folder)("planFor");
    const strategyOf = (/** @type {string} */ path) => planFor({ ...request(""), url: new URL(path, folder).href })?.strategy;
    for (const path of ["feed.json", "feed.json?y", "/tides.json", "a%20b.json", "/a/b/below.json"]) assert.equal(strategyOf(path), "network-first", folder + path);
    assert.equal(strategyOf("news/1.json"), "stale-while-revalidate", "a route of the config's own goes first");
    assert.equal(strategyOf("other.json"), undefined);
    assert.equal(strategyOf("tides.json"), folder.endsWith(".com/") ? "network-first" : undefined);
  }
});

test("what is refreshed is limited in number together, whatever its query", () => {
  const planFor = loadWorker({ offline: OFFLINE, refreshedUrls: ["feed.json", "tides.json"] }, {}, "https://example.com/")("planFor");
  const { belongs } = planFor({ ...request(""), url: "https://example.com/feed.json?time=1" });
  const stored = ["feed.json?time=2", "tides.json", "other.json", "news/1.json"];
  assert.deepEqual(stored.map((path) => belongs(`https://example.com/${path}`)), [true, true, false, false]);
});

test("each request has its plan", () => {
  const planFor = load()("planFor");
  const page = { mode: "navigate", destination: "document" };
  /** [request, plan] */
  const table = [
    [request("", page), { strategy: "network-first", purpose: "page", keep: false, timeout: 4000, file: "index.html" }],
    [request("?utm_source=x&fbclid=1#top", page), { strategy: "network-first", purpose: "page", keep: false, timeout: 4000, file: "index.html" }],
    [request("?page=2", page), { strategy: "network-first", purpose: "page", keep: true, timeout: 4000 }],
    [request("new/", page), { strategy: "network-first", purpose: "page", keep: true, timeout: 4000 }],
    [request("/outside", page), { strategy: "network-first", purpose: "page", keep: true, timeout: 4000 }],
    [request("admin/users", page), { strategy: "network-only" }],
    [request("live/", page), { strategy: "network-only", purpose: "page", keep: true, timeout: 4000 }],
    [request("style.css", { destination: "style" }), { strategy: "network-first", keep: false, timeout: 4000, purpose: "style", file: "style.css" }],
    [request("style.css?v=2", { destination: "style" }), { strategy: "network-first", keep: false, timeout: 4000, purpose: "style", file: "style.css" }],
    [request("app.3f9ac21b.css", { destination: "style" }), { strategy: "cache-first", file: "app.3f9ac21b.css" }],
    [request("other.3f9ac21b.css", { destination: "style" }), { strategy: "cache-first", keep: true, timeout: 4000, purpose: "style" }],
    [request("other.3f9ac21b.html", page), { strategy: "network-first", keep: true, timeout: 4000, purpose: "page" }],
    [request("photos/a.3f9ac21b.jpg", { destination: "image" }), { strategy: "cache-first", purpose: "image", keep: true, timeout: 4000, maxAge: 1000 }],
    [request("other.css", { destination: "style" }), { strategy: "network-first", keep: true, timeout: 4000, purpose: "style" }],
    [request("clip.mp4", { destination: "video", range: "bytes=0-" }), { strategy: "cache-first", file: "clip.mp4" }],
    [request("news/a.json"), { strategy: "stale-while-revalidate", purpose: "json", keep: true, timeout: 4000, maxEntries: 3 }],
    [request("photos/1.jpg", { destination: "image" }), { strategy: "cache-first", purpose: "image", keep: true, timeout: 4000, maxAge: 1000 }],
  ];
  for (const [asked, expected] of table) {
    const { key, entry, belongs, match, ...plan } = planFor(asked);
    const found = Object.entries({ ...plan, file: entry?.[0] }).filter(([name, value]) => !["rule", "isRoute", "ifLasting"].includes(name) && value !== undefined);
    assert.deepEqual(Object.fromEntries(found), expected, asked.url);
    assert.ok(!key.includes("utm_") && !key.includes("#"), key);
    if (belongs) assert.deepEqual([belongs(key), belongs(`${FOLDER}else`)], [true, !match], asked.url);
  }
});

test("of what is left to the browser, the site's own pages are answered with what is stored, and nothing else", () => {
  const precache = ["api/index.html", "api/users.html", "api/style.css", "offline.html"].map((path) => [path, `hash of ${path}`, 1]);
  const planFor = loadWorker({ offline: { ...OFFLINE, never: ["^api(?:/[\\s\\S]*)?$"], precache } })("planFor");
  const page = { mode: "navigate", destination: "document" };
  assert.deepEqual(
    [request("api/", page), request("api/users", page), request("api/style.css", { destination: "style" })].map((one) => {
      const { strategy, keep, entry } = planFor(one);
      return [strategy, keep, entry[0]];
    }),
    [["network-first", false, "api/index.html"], ["network-first", false, "api/users.html"], ["network-first", false, "api/style.css"]],
  );
  // A call of the server's API that has the name of a page.
  assert.equal(planFor(request("api/users")).strategy, undefined);
  assert.equal(planFor(request("api/logo.png", { destination: "image" })).strategy, undefined);
  assert.equal(planFor(request("api/other", page)).keep, undefined);
});

test("what lies outside of the worker's folder is no route's business", () => {
  const everything = { match: "^[\\s\\S]*$", strategy: "cache-only" };
  const planFor = loadWorker({ offline: { ...OFFLINE, precache: [], routes: [{ ...everything, match: "^$" }, everything], never: ["^$"] } })("planFor");
  assert.equal(planFor(request("new/")).strategy, "cache-only");
  assert.equal(planFor(request("", { mode: "navigate" })).strategy, "network-only");
  assert.equal(planFor(request("/outside", { mode: "navigate" })).strategy, "network-first");
});

test("data that no route is for comes by the worker if something stands in for it", () => {
  const asked = [request("data.json"), request("data", { headers: new Headers({ Accept: "application/json" }) }), request("data")];
  const purposes = (/** @type {object} */ offline) => asked.map((one) => loadWorker({ offline: { ...OFFLINE, ...offline } })("planFor")(one)?.purpose);
  assert.deepEqual(purposes({ fallbacks: { json: "none.json" } }), ["json", "json", undefined]);
  assert.deepEqual(purposes({}), [undefined, undefined, undefined]);
});

test("a host's pretty addresses lead to the file", () => {
  const precachedEntry = load()("precachedEntry");
  const table = [
    ["", "index.html"], ["index.html", "index.html"], ["about/", "about/index.html"], ["about", "about/index.html"], ["team", "team.html"],
    ["team.html", "team.html"], ["a%20b%23c%25.html", "a b#c%.html"], ["a%20b%23c%25", "a b#c%.html"],
    ["team/", undefined], ["?page=2", undefined], ["style.css?v=2", undefined], ["%E0%A4%A", undefined], ["nothing", undefined], ["/", undefined],
    ["/docsindex.html", undefined],
  ];
  for (const [path, file] of table) assert.equal(precachedEntry(new URL(path, FOLDER).href)?.[0], file, path);
  assert.equal(precachedEntry(`${FOLDER}style.css?v=2`, true)?.[0], "style.css");
});

test("what a build has a file for takes the place of what was met", () => {
  const isSuperseded = load()("isSuperseded");
  for (const path of ["", "about", "about/", "team.html", "style.css?v=1", "?from=icon"]) assert.ok(isSuperseded(new URL(path, FOLDER).href), path);
  for (const path of ["?page=2", "about/?page=2", "team.html?page=2", "new.html", "data.json"]) assert.ok(!isSuperseded(new URL(path, FOLDER).href), path);
});

test("a folder's page gets its slash, however its name is written in a URL", async () => {
  const files = ["c++/index.html", "a,b/index.html", "@me/index.html", "für/a b/index.html", "x/b/index.html", "b.html"];
  const precache = files.map((path) => [path, "hash", 1]);
  const run = loadWorker({ offline: { ...OFFLINE, precache } }, { caches: { match: async () => "file" }, Response: { redirect: (/** @type {string} */ to) => to } });
  const answered = (/** @type {string} */ url) => run("precachedResponse")(run("precachedEntry")(url), url);
  for (const path of ["c++", "a,b", "@me", "f%C3%BCr/a%20b", "c%2B%2B", "%40me"]) {
    const { href, pathname } = new URL(path, FOLDER);
    assert.equal(await answered(href), `${pathname}/`, path);
    assert.equal(await answered(`${href}/`), "file", path);
  }
  assert.equal(await answered(`${FOLDER}b`), "file");
});

test("what has expired goes when something is stored", async () => {
  const dated = (/** @type {number} */ age) => new Response("", { headers: { Date: new Date(Date.now() - age).toUTCString() } });
  const stored = new Map([["photos/1", dated(9e6)], ["other", dated(9e6)], ["photos/2", dated(8e6)], ["photos/3", dated(1e6)], ["photos/4", dated(9e6)]]);
  let looks = 0;
  const path = (/** @type {any} */ request) => (request.url ?? request).slice(FOLDER.length);
  const cache = {
    put: async () => undefined,
    keys: async () => Array.from(stored.keys(), (one) => new Request(FOLDER + one)),
    match: async (/** @type {Request} */ request) => ((looks += 1), stored.get(path(request))),
    delete: async (/** @type {Request} */ request) => stored.delete(path(request)),
  };
  const run = loadWorker({}, { caches: { open: async () => cache } });
  const store = (/** @type {number | undefined} */ maxAge) => run("store")(new Request(FOLDER), new Response(""), 0, (/** @type {string} */ url) => url.includes("photos/"), 100, maxAge);
  await store(undefined);
  assert.equal(looks, 0);
  await store(7.2e6);
  assert.deepEqual([...stored.keys()], ["other", "photos/3", "photos/4"]);
  assert.equal(looks, 3);
});

test("a page in place of a style that is gone is not kept as one", async () => {
  /** @type {string[]} */
  const kept = [];
  const caches = { open: async () => ({ put: async (/** @type {Request} */ { url }) => kept.push(url.slice(FOLDER.length)), keys: async () => [] }) };
  for (const [path, destination, type] of [["a.css", "style", "text/html"], ["b.css", "style", "text/css"], ["c", "", "text/html"]]) {
    const response = { status: 200, type: "basic", headers: new Headers({ "Content-Type": type }), clone: () => response };
    const run = loadWorker({ offline: OFFLINE }, { caches, Request, fetch: async () => response });
    /** @type {Promise<unknown>[]} */
    const waited = [];
    const event = { request: { headers: new Headers() }, waitUntil: (/** @type {Promise<unknown>} */ one) => waited.push(one) };
    await run("networkAnswer")(event, { key: FOLDER + path, keep: true, purpose: destination });
    await Promise.all(waited);
  }
  assert.deepEqual(kept, ["b.css", "c"]);
});

test("a stored file has its content's hash in its key, and any name makes a URL", () => {
  const run = load();
  assert.equal(run("precacheKey")(["a b#c%?.html", "x+/=", 1]), `${FOLDER}a%20b%23c%25%3F.html?pwagen=x%2B%2F%3D`);
});

/** A worker whose cache holds its own file and that of another build. @param {object} registration @param {object} [scope] */
function loadWithTwoBuilds(registration, scope) {
  const style = OFFLINE.precache[3];
  const names = [load()("precacheKey")(style), load()("precacheKey")(["style.css", "other hash", 1])];
  const stored = new Map(names.map((name) => [name, new Response("")]));
  const cache = {
    put: async (/** @type {string} */ key, /** @type {Response} */ response) => void stored.set(key, response),
    keys: async () => Array.from(stored.keys(), (url) => ({ url })),
    delete: async (/** @type {{ url: string }} */ { url }) => stored.delete(url),
  };
  const worker = { location: new URL("sw.js", FOLDER), registration: { scope: FOLDER, ...registration }, serviceWorker: ITSELF, addEventListener() {} };
  const caches = { open: async () => cache, match: async () => undefined };
  const run = loadWorker({ offline: OFFLINE }, { self: worker, caches, ...scope });
  return { run, cache, hasOther: () => stored.has(names[1]) };
}
const ITSELF = {};

test("the files of a build that is on its way stay, those of others go", async () => {
  for (const [registration, stays] of /** @type {[object, boolean][]} */ ([
    [{}, false],
    [{ installing: null, waiting: null }, false],
    [{ waiting: {} }, true],
    [{ installing: {} }, true],
    // What the browser has yet to note at an activation.
    [{ waiting: ITSELF }, false],
    [{ installing: {}, waiting: ITSELF }, true],
  ])) {
    const { run, hasOther } = loadWithTwoBuilds(registration);
    await run("keepBuilds")();
    assert.equal(hasOther(), stays, JSON.stringify(registration));
  }
});

test("a full disk takes no file of a build that waits", async () => {
  for (const [registration, stays] of /** @type {[object, boolean][]} */ ([
    [{ installing: ITSELF }, false],
    [{ installing: ITSELF, waiting: {} }, true],
    [{ waiting: {} }, true],
  ])) {
    const { run, cache, hasOther } = loadWithTwoBuilds(registration, { fetch: async () => new Response("") });
    const { put } = cache;
    let isFull = true;
    cache.put = async (key, response) => {
      if (isFull) {
        isFull = false;
        throw Object.assign(new Error("full"), { name: "QuotaExceededError" });
      }
      return put(key, response);
    };
    await run("addEntry")(cache, OFFLINE.precache[0]);
    assert.equal(hasOther(), stays, JSON.stringify(registration));
  }
});

test("names that change with the content are told from those that don't", () => {
  const fingerprint = load()("FINGERPRINT");
  const yes = ["app.3f9ac21b.css", "js/main.484c7ddc.min.js", "index-BxYz12Ab.js", "css/style.55e7cbb9ba48.css", "0a1b2c3d4e5f.png", `m.${"a1".repeat(32)}.css`];
  const no = ["style.css", "bootstrap-5.3.0.min.js", "my-Component.js", "report-20240131.pdf", "feedface.css", "lib-bootstrap5bundle.js", "a/b/index.html", "jquery.min.js", "12345678/index.html",
    "IMG_2024.jpg", "trip-IMG_2024.jpg", "DSC_0042.JPG", "P1010042.jpg", "MathJax3.js", "lib-MathJax3.js", "book.Chapter1.css", "photo-20240131a.png", "a1b2c3d4.html"];
  for (const path of yes) assert.ok(fingerprint.test(path), path);
  for (const path of no) assert.ok(!fingerprint.test(path), path);
});

test("a proxy's answer for a server that it can't reach is none of that server's", () => {
  const isGatewayError = load()("isGatewayError");
  for (const status of [502, 503, 504, 520, 523, 530]) assert.equal(isGatewayError({ status }), true, String(status));
  for (const status of [200, 400, 403, 404, 410, 429, 500, 501, 505, 511]) assert.equal(isGatewayError({ status }), false, String(status));
});

test("an answer for somebody who isn't signed in is a redirect, 401 or 403", () => {
  const isLogInWanted = load()("isLogInWanted");
  for (const answer of [{ type: "opaqueredirect", status: 0 }, { status: 401 }, { status: 403 }]) assert.equal(isLogInWanted(answer), true, JSON.stringify(answer));
  for (const status of [200, 400, 404, 500, 503]) assert.equal(isLogInWanted({ status }), false, String(status));
});

test("what is private, partial or foreign is not kept", () => {
  const isStorable = load()("isStorable");
  const storable = (headers = {}, response = {}, request = {}) =>
    isStorable({ headers: new Headers(request) }, { status: 200, type: "basic", headers: new Headers(headers), ...response });
  assert.ok(storable());
  assert.ok(storable({ "Cache-Control": "no-cache, max-age=0", Vary: "Accept-Encoding, Accept-Language" }));
  for (const headers of [
    { "Cache-Control": "no-store" }, { "Cache-Control": "max-age=5, Private" }, { Vary: "*" }, { Vary: "Accept, Cookie" }, { Vary: "authorization" },
  ]) assert.ok(!storable(headers), JSON.stringify(headers));
  for (const response of [{ status: 206 }, { status: 404 }, { status: 302 }, { type: "opaque" }, { type: "cors" }, { type: "opaqueredirect" }])
    assert.ok(!storable({}, response), JSON.stringify(response));
  assert.ok(!storable({}, {}, { Authorization: "Bearer x" }));
});

test("copies expire by the server's date, and one without a date at once", () => {
  const isExpired = load()("isExpired");
  const now = Date.parse("2026-01-01T00:01:00Z");
  const dated = { headers: new Headers({ Date: "Thu, 01 Jan 2026 00:00:00 GMT" }) };
  assert.equal(isExpired(dated, undefined, now), false);
  assert.equal(isExpired(dated, 60_000, now), false);
  assert.equal(isExpired(dated, 59_999, now), true);
  assert.equal(isExpired({ headers: new Headers() }, 1e12, now), true);
});

test("Range headers are read by RFC 9110", () => {
  const byteRange = load()("byteRange");
  const table = [
    ["bytes=0-", [0, 99]], ["bytes=0-0", [0, 0]], ["bytes=10-19", [10, 19]], ["bytes=90-200", [90, 99]], ["bytes=-10", [90, 99]], ["bytes=-500", [0, 99]],
    ["bytes=100-", null], ["bytes=20-10", null], ["bytes=-0", null], ["bytes=-", undefined], ["bytes=0-1,5-6", undefined], ["lines=0-1", undefined], ["bytes=a-b", undefined],
  ];
  for (const [header, expected] of table) {
    const range = byteRange(header, 100);
    assert.deepEqual(range && Array.from(range), expected, header);
  }
});

test("a part of a stored response is a 206 with its own length", async () => {
  const run = load();
  const partOf = (/** @type {Response} */ response, /** @type {string} */ range) => run("partOf")(request("clip.mp4", { range }), response);
  const whole = () => new Response("0123456789", { headers: { "Content-Type": "video/mp4", "Content-Length": "10" } });
  const part = await partOf(whole(), "bytes=2-4");
  assert.deepEqual([part.status, part.headers.get("Content-Range"), part.headers.get("Content-Type"), await part.text()], [206, "bytes 2-4/10", "video/mp4", "234"]);
  const beyond = await partOf(whole(), "bytes=10-");
  assert.deepEqual([beyond.status, beyond.headers.get("Content-Range")], [416, "bytes */10"]);
  const failed = await partOf(new Response("gone", { status: 404 }), "bytes=0-1");
  assert.deepEqual([failed.status, await failed.text()], [404, "gone"]);
  const several = await partOf(whole(), "bytes=0-1,3-4");
  assert.deepEqual([several.status, several.headers.get("Content-Range"), await several.text()], [200, null, "0123456789"]);
});

test("downloads are in a cache of ours, which the removal of the worker takes away", () => {
  const run = loadWorker();
  assert.equal(run("DOWNLOADS"), run("CACHE_PREFIX") + "downloads");
  assert.ok(run("usedCaches").has(run("DOWNLOADS")));
});

test("a worker that has just been started leaves to others what is no download for sure", () => {
  const run = loadWorker({ downloads: [{ id: "a", title: "A", urls: ["media/a.json"] }] });
  const may = (/** @type {string} */ path, mode = "cors", headers = {}) => run("mayBeDownloaded")(FOLDER + path, { mode, headers: new Headers(headers) });
  assert.equal(may("media/a.json"), true);
  assert.equal(may("media/b.json"), false);
  assert.equal(may("media/b.mp4", "no-cors", { Range: "bytes=0-" }), true);
  assert.equal(may("tour.pdf", "navigate"), true);
  for (const page of ["", "tides/", "about", "about.html", "v1.2/about"]) assert.equal(may(page, "navigate"), false, page);
  run(`downloadedUrls = new Set(["${FOLDER}media/b.json"])`);
  assert.deepEqual([may("media/a.json"), may("media/b.json"), may("tour.pdf", "navigate")], [false, true, false]);
});

test("after something was sent, no older page is shown in place of a slow answer", () => {
  for (const [method, expected] of [["GET", false], ["HEAD", false], ["POST", true], ["PUT", true], ["DELETE", true]]) {
    const run = load();
    run("matchesFor")({ request: new Request(`${FOLDER}data`, { method: String(method) }), waitUntil() {} });
    assert.equal(run("isAskedAnew")({ cache: "default" }), expected, String(method));
  }
});

test("what was asked for before a sign-out is not kept after it", async () => {
  /** @type {string[]} */
  const opened = [];
  const cache = { put: async () => undefined, keys: async () => [] };
  const caches = { open: async (/** @type {string} */ name) => (opened.push(name), cache), delete: async () => true };
  const quiet = { ...console, error() {} };
  const inWorker = loadWorker({}, { caches, indexedDB: { deleteDatabase() {} }, console: quiet });
  const store = inWorker("store");
  const page = new Request(FOLDER);
  await store(page, new Response("one's own"), inWorker("signOuts"));
  assert.equal(opened.length, 1);
  const before = inWorker("signOuts");
  await inWorker("messageHandlers")["sign-out"]();
  await store(page, new Response("one's own"), before);
  assert.equal(opened.length, 1);
  await store(page, new Response("everybody's"), inWorker("signOuts"));
  assert.equal(opened.length, 2);
});
