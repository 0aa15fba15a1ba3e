import assert from "node:assert/strict";
import test from "node:test";
import { loadParts } from "./load-parts.js";

const BASE = "https://example.com/app/";
const SHARE = { action: "share/", method: "GET", params: { title: "name", text: "text", url: "link" }, files: ["photos"] };

/** What pages have, as far as these parts look at it. */
function scope() {
  return {
    BASE,
    topSteps: [],
    parts: {},
    CONFIG: {
      launch: { pages: [{ kind: "note", url: "notes/new" }, { kind: "shortcut", url: "tides/?from=menu" }], focusExisting: false },
      share: SHARE,
      protocols: [
        { protocol: "web+tide", url: "open?address=%s&x=1" },
        { protocol: "mailto", url: "open?mail=%s" },
      ],
    },
  };
}

const parts = ["shared/same-page.js", "more/launch.js", "more/launch-form.js", "more/launch-queue.js", "more/share.js", "more/protocol.js"];
const part = loadParts(parts, scope());
const plain = (/** @type {unknown} */ value) => structuredClone(value);

test("what is shared comes under its usual names, whatever the form's are", () => {
  const sharedIn = part("sharedIn");
  const photo = new File(["x"], "a.jpg");
  const nothing = { kind: "share", title: "", text: "", url: "", files: [] };
  /** @type {[any[], object][]} */
  const table = [
    [[], {}],
    [[["name", "T"], ["text", "a\nb"], ["link", "https://x.example/?a=1"]], { title: "T", text: "a\nb", url: "https://x.example/?a=1" }],
    [[["title", "T"], ["__proto__", "x"], ["constructor", "y"]], {}],
    [[["name", "first"], ["name", "second"]], { title: "first" }],
    [[["text", " https://x.example/ "]], { text: " https://x.example/ ", url: "https://x.example/" }],
    [[["text", "see https://x.example/"]], { text: "see https://x.example/" }],
    [[["link", "javascript:alert(1)"]], {}],
    [[["link", "java\nscript:alert(1)//https://x"]], {}],
    [[["photos", photo], ["photos", new File(["y"], "b.jpg")], ["other", photo]], { files: ["a.jpg", "b.jpg"] }],
    [[["photos", new File([], "")]], {}],
    [[["photos", "no file"], ["name", photo]], {}],
  ];
  for (const [fields, expected] of table) {
    const { files, ...found } = sharedIn(fields, SHARE);
    assert.deepEqual({ ...found, files: Array.from(files, ({ name }) => name) }, { ...nothing, ...expected });
  }
});

test("a share by GET is known by its page and one of its parameters", () => {
  const launchAt = part("launchAt");
  assert.equal(launchAt(`${BASE}share/?text=Hello+you`).text, "Hello you");
  assert.equal(launchAt(`${BASE}share?link=https%3A%2F%2Fx.example`).url, "https://x.example");
  assert.equal(launchAt(`${BASE}share/?other=1`), null);
  assert.equal(launchAt(`${BASE}shared/?text=1`), null);
});

test("a link is taken out of its URL, decoded, and only one of the configured protocol", () => {
  const launchAt = part("launchAt");
  const table = [
    ["open?address=web%2Btide%3Alow%3Fa%3D1&x=1", { kind: "protocol", protocol: "web+tide", url: "web+tide:low?a=1" }],
    ["open?address=WEB%2BTIDE%3Alow&x=1", { kind: "protocol", protocol: "web+tide", url: "WEB+TIDE:low" }],
    ["open?mail=mailto%3Aa%40b.example", { kind: "protocol", protocol: "mailto", url: "mailto:a@b.example" }],
    ["open/?mail=mailto%3Aa", { kind: "protocol", protocol: "mailto", url: "mailto:a" }],
    ["open.html?address=web%2Btide%3Ahigh&x=1#top", { kind: "protocol", protocol: "web+tide", url: "web+tide:high" }],
    ["open/index.html?mail=mailto%3Aa", { kind: "protocol", protocol: "mailto", url: "mailto:a" }],
    ["opened?mail=mailto%3Aa", null],
    ["open?address=javascript%3Aalert(1)&x=1", null],
    ["open?address=web%2Btides%3Alow&x=1", null],
    ["open?address=mailto%3Aa&x=1", null],
    ["open?address=%E0%A4%A&x=1", null],
    ["open?address=web%2Btide%3Alow", null],
    ["other?address=web%2Btide%3Alow&x=1", null],
  ];
  for (const [path, expected] of table) assert.deepEqual(plain(launchAt(BASE + path)), expected, String(path));
});

test("the second script is loaded for every URL that holds a share or a link, and for few others", () => {
  const location = { href: "" };
  const page = scope();
  page.CONFIG.protocols.push({ protocol: "tel", url: "tel/%s" });
  const mayHoldLaunch = loadParts(["page/launch.js"], { ...page, startSteps: [], location })("mayHoldLaunch");
  /** @type {[string, boolean][]} */
  const table = [
    ["share/?text=Hello+you", true],
    ["share?link=https%3A%2F%2Fx.example", true],
    ["open?address=web%2Btide%3Alow%3Fa%3D1&x=1", true],
    ["open?mail=mailto%3Aa%40b.example", true],
    ["open/?mail=mailto%3Aa", true],
    ["tel/mailto%3Aa", true],
    ["telephone", false],
    ["", false],
    ["share/?other=1", false],
    ["open?page=2", false],
    ["notes/new", false],
  ];
  for (const [path, expected] of table) {
    location.href = BASE + path;
    assert.equal(mayHoldLaunch(), expected, path);
  }
});

test("a page was launched if nothing in the browser led to it, or its URL holds something, and never by a reload", () => {
  const shared = "?text=Hello";
  /** @type {[{ type?: string, search?: string, isStandalone?: boolean, referrer?: string, hasQueue?: boolean }, boolean][]} */
  const table = [
    [{ isStandalone: true }, true],
    [{ isStandalone: false }, false],
    [{ isStandalone: true, referrer: BASE }, false],
    [{ isStandalone: true, hasQueue: true }, false],
    [{ isStandalone: true, type: "reload" }, false],
    [{ search: shared }, true],
    [{ search: shared, referrer: BASE, hasQueue: true }, true],
    [{ search: shared, type: "reload" }, false],
    [{ search: shared, type: "back_forward" }, false],
  ];
  for (const [{ type = "navigate", search = "", isStandalone = false, referrer = "", hasQueue = false }, expected] of table) {
    /** @type {(() => void)[]} */
    const topSteps = [];
    let isRead = false;
    const readLaunch = (/** @type {{ isLaunch: boolean }} */ { isLaunch }) => (isRead = isLaunch);
    loadParts(["page/launch.js"], {
      ...scope(),
      topSteps,
      firstListenerSteps: {},
      loading: { type },
      location: new URL(`share/${search}`, BASE),
      document: { referrer },
      window: hasQueue ? { launchQueue: { setConsumer() {} } } : {},
      isStandalone: () => isStandalone,
      eventually: (/** @type {(parts: object) => void} */ use) => use({ readLaunch }),
    });
    for (const step of topSteps) step();
    assert.equal(isRead, expected, JSON.stringify({ type, search, isStandalone, referrer, hasQueue }));
  }
});

test("notes and shortcuts are known by their URL, however the host writes it", () => {
  const launchAt = part("launchAt");
  for (const path of ["notes/new", "notes/new/", "notes/new.html", "notes/new/index.html", "notes/new#top"]) {
    assert.equal(launchAt(BASE + path)?.kind, "note", path);
  }
  assert.equal(launchAt(`${BASE}tides/?from=menu`).kind, "shortcut");
  for (const path of ["", "notes/", "notes/newer", "tides/"]) assert.equal(launchAt(BASE + path), null, path);
  assert.equal(launchAt("https://elsewhere.example/app/notes/new"), null);
});

test("a file that is gone doesn't keep the others", async () => {
  const scopeWithPage = { ...scope(), location: { href: `${BASE}open` } };
  const fileLaunch = loadParts(parts, scopeWithPage)("fileLaunch");
  const gone = { getFile: async () => Promise.reject(new Error("NotFoundError")) };
  const there = { getFile: async () => new File(["1"], "a.csv") };
  const { files, handles } = await fileLaunch([gone, there]);
  assert.deepEqual([Array.from(files, ({ name }) => name), handles.length], [["a.csv"], 2]);
});

test("what opened the page is told once, in whatever order page and browser come to it", async () => {
  const link = `${BASE}open?mail=mailto%3Aa%40b.example`;
  const other = `${BASE}tides/?from=menu`;
  const file = { getFile: async () => new File(["1"], "a.csv") };
  /** @type {[string, { focus?: boolean, href?: string, referrer?: string, moved?: string, keptId?: string, page?: "first" | "last" | "never", launches: object[] }, string[]][]} */
  const table = [
    ["page, then browser", { launches: [{ targetURL: link }] }, ["protocol"]],
    ["browser, then page", { launches: [{ targetURL: link }], page: "last" }, ["protocol"]],
    ["a second launch of the same", { launches: [{ targetURL: link }, { targetURL: link }], focus: true }, ["protocol", "protocol"]],
    ["one after the page came from the app", { launches: [{ targetURL: link }], focus: true, referrer: BASE }, ["protocol", "protocol"]],
    ["a captured link of another site", { launches: [{ targetURL: link }], focus: true, referrer: "https://other.example/" }, ["protocol"]],
    ["a share that was kept", { launches: [{ targetURL: `${BASE}share/` }], href: `${BASE}share/`, keptId: "1" }, ["share"]],
    ["a share that the browser names with its fragment", { launches: [{ targetURL: `${BASE}share/#pwagen-launch=1` }], href: `${BASE}share/`, keptId: "1" }, ["share"]],
    ["a share that is gone", { launches: [{ targetURL: `${BASE}share/` }], href: `${BASE}share/`, keptId: "2" }, ["gone"]],
    ["files at a link's page", { launches: [{ targetURL: link, files: [file] }] }, ["protocol", "file"]],
    ["a shortcut", { launches: [{ targetURL: other }], href: other }, ["shortcut"]],
    ["a shortcut whose page moved on", { launches: [{ targetURL: other }], href: other, moved: `${BASE}today`, focus: true }, ["shortcut"]],
    ["another URL after all", { launches: [{ targetURL: other }] }, ["protocol", "shortcut"]],
    ["a reload", { launches: [], page: "never" }, []],
  ];
  for (const [name, { focus = false, href = link, referrer = "", moved = href, keptId, page = "first", launches }, expected] of table) {
    /** @type {string[]} */
    const kinds = [];
    const kept = [{ id: "1", at: 0, fields: [["text", "x"]] }];
    const pageScope = {
      ...scope(),
      location: { href: moved, origin: "https://example.com" },
      document: { referrer, readyState: "complete" },
      matching: () => [],
      emit: () => assert.fail(`${name}: the page goes elsewhere`),
      changeInDatabase: async (/** @type {string} */ _name, /** @type {(kept: object[]) => object[]} */ change) => change(kept),
      namedError: async () => new Error("gone"),
      tellLaunch: (/** @type {{ kind: string }} */ { kind }) => kinds.push(kind),
    };
    pageScope.CONFIG.launch.focusExisting = focus;
    pageScope.CONFIG.share = { ...SHARE, method: keptId ? "POST" : "GET" };
    const offered = /** @type {any} */ (pageScope.parts);
    loadParts(parts, pageScope);
    const opened = { href, isLaunch: page !== "never", keptId, isPlain: false };
    const read = async () => offered.readLaunch(opened).catch(() => kinds.push("gone"));
    if (page === "first") await read();
    for (const params of launches) await offered.onLaunch(params, opened);
    if (page === "last") await read();
    assert.deepEqual(kinds, expected, name);
  }
});

test("the display mode is the most specific that matches", () => {
  const controls = new Map();
  const matching = new Set();
  const matchMedia = (/** @type {string} */ query) => ({ matches: matching.has(query), addEventListener() {} });
  loadParts(["page/display.js"], { controls, matchMedia, startSteps: [] });
  const { state } = controls.get("display");
  assert.equal(state(), "browser");
  matching.add("(display-mode: standalone)");
  assert.equal(state(), "standalone");
  matching.add("(display-mode: window-controls-overlay)");
  assert.equal(state(), "window-controls-overlay");
});
