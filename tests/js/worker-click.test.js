import assert from "node:assert/strict";
import test from "node:test";
import { FOLDER, loadWorker } from "./worker-scope.js";

/** [message, action, target] */
const CLICKS = [
  [{}, "", { do: "open", url: "./" }],
  [{}, "view", { do: "open", url: "content/" }],
  [{}, "later", { do: "dismiss" }],
  [{}, "unknown", { do: "open", url: "./" }],
  [{}, "constructor", { do: "open", url: "./" }],
  [{ navigate: "a/" }, "", { do: "open", url: "a/" }],
  [{ url: "a/" }, "", { do: "open", url: "a/" }],
  [{ data: { url: "a/" } }, "", { do: "open", url: "a/" }],
  [{ navigate: "a/", url: "b/" }, "", { do: "open", url: "a/" }],
  [{ navigate: "a/" }, "unknown", { do: "open", url: "a/" }],
  [{ navigate: "a/" }, "view", { do: "open", url: "content/" }],
  [{ navigate: "a/" }, "later", { do: "dismiss" }],
  [{ actions: [{ action: "view", title: "V", navigate: "v/" }] }, "view", { do: "open", url: "v/" }],
  [{ actions: [{ action: "view", title: "V" }] }, "view", { do: "open", url: "content/" }],
  [{ actions: [{ action: "__proto__", title: "P", navigate: "p/" }] }, "__proto__", { do: "open", url: "p/" }],
  [{ navigate: 5 }, "", { do: "open", url: "5" }],
  [{ navigate: {} }, "", { do: "open", url: "./" }],
  [{ data: { onActionClick: { default: { operation: "openWindow", url: "/a" } } } }, "", { do: "open", url: "/a" }],
  [{ data: { onActionClick: { default: { operation: "openWindow", url: "/a" } } } }, "other", { do: "open", url: "/a" }],
  [{ data: { onActionClick: { view: { operation: "focusLastFocusedOrOpen", url: "/a" } } } }, "view", { do: "focus", url: "/a" }],
  [{ data: { onActionClick: { x: { operation: "navigateLastFocusedOrOpen", url: "/a" } } } }, "x", { do: "open", url: "/a" }],
  [{ data: { onActionClick: { x: { operation: "sendRequest", url: "/a" } } } }, "x", { do: "get", url: "/a" }],
  [{ data: { onActionClick: { x: { operation: "unheard of", url: "/a" } } } }, "x", { do: "open", url: "./" }],
  [
    { navigate: "n/", data: { onActionClick: { view: { operation: "openWindow", url: "/a" } } }, actions: [{ action: "view", title: "V", navigate: "v/" }] },
    "view",
    { do: "open", url: "v/" },
  ],
];

test("a click goes where the message says, else where the config says, else where the body leads", () => {
  const targetOf = loadWorker()("(message, action) => clickTarget(structuredClone(notificationFrom(message).options.data), action)");
  for (const [message, action, target] of CLICKS) {
    const found = structuredClone(targetOf({ title: "T", ...message }, action));
    assert.deepEqual({ ...found }, target, JSON.stringify([message, action]));
  }
});

test("data that is not ours leads to the configured targets", () => {
  const clickTarget = loadWorker()("clickTarget");
  for (const data of [null, undefined, 5, "x", [], {}, { pwagen: 1 }, { pwagen: { targets: [] } }, { targets: { view: {} } }]) {
    assert.deepEqual(structuredClone(clickTarget(data, "view")), { do: "open", url: "content/" });
    assert.deepEqual(structuredClone(clickTarget(data, "")), { do: "open", url: "./" });
  }
});

test("only our origin and the listed ones may be opened", () => {
  const allowedUrl = loadWorker()("allowedUrl");
  const table = [
    ["./", FOLDER],
    ["", FOLDER],
    ["a/?b#c", `${FOLDER}a/?b#c`],
    ["/elsewhere", "https://example.com/elsewhere"],
    ["https://other.example/x", "https://other.example/x"],
    ["https://shop.example:443/x", "https://shop.example/x"],
    ["https://Shop.example/", "https://shop.example/"],
    ["https://shop.example:444/", undefined],
    ["https://Bücher.example/", "https://xn--bcher-kva.example/"],
    ["https://other.example.evil.example/", undefined],
    ["https://evil.example/", undefined],
    ["//evil.example/", undefined],
    ["https://example.com.evil.example/", undefined],
    ["https://example.com@evil.example/", undefined],
    ["http://example.com/", undefined],
    ["javascript:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["blob:https://example.com/1", undefined],
    ["http://[", undefined],
  ];
  for (const [url, expected] of table) assert.equal(allowedUrl(url), expected, url);
});

test("the window that shows the URL comes first, then its page, then the last used", () => {
  const windowFor = loadWorker()("windowFor");
  const found = (/** @type {string} */ url, /** @type {object} */ state = { isControlled: true }) => {
    const windows = ["b/", "a/?q=1", "a/"].map((path) => ({ url: FOLDER + path, ...state }));
    return windowFor(url, windows)?.url;
  };
  assert.equal(found(`${FOLDER}a/`), `${FOLDER}a/`);
  for (const same of ["a/#part", "a", "a/index.html", "a.html"]) assert.equal(found(FOLDER + same), `${FOLDER}a/`, same);
  assert.equal(found(`${FOLDER}a/?q=2`), `${FOLDER}a/?q=1`);
  assert.equal(found(`${FOLDER}new/`), `${FOLDER}b/`);
  const uncontrolled = { isControlled: false };
  assert.equal(found(`${FOLDER}a/`, uncontrolled), `${FOLDER}a/`, "any window can be focused");
  assert.equal(found(`${FOLDER}new/`, uncontrolled), undefined, "but only a controlled one can be navigated");
  assert.equal(found(`${FOLDER}new/`, { ...uncontrolled, unsaved: false }), `${FOLDER}b/`, "or goes there itself");
  assert.equal(found(`${FOLDER}new/`, { isControlled: true, unsaved: true }), undefined, "unless something typed would be lost");
  assert.equal(found(`${FOLDER}a/`, { isControlled: true, unsaved: true }), `${FOLDER}a/`, "where it is shown");
  assert.equal(found("https://other.example/"), undefined, "the app is not navigated away");
});

test("a window is where its page says that it is, and where it began if that says nothing", async () => {
  const run = loadWorker();
  const began = `${FOLDER}a/`;
  const client = (/** @type {object | undefined} */ answer) => ({
    id: String(answer),
    url: began,
    postMessage: (/** @type {unknown} */ _message, /** @type {MessagePort[]} */ [port]) => answer && port.postMessage(answer),
  });
  for (const [answer, expected] of [[{ url: `${FOLDER}b/`, unsaved: false }, `${FOLDER}b/`], [undefined, began]]) {
    const one = client(/** @type {object | undefined} */ (answer));
    const inWorker = loadWorker({}, { MessageChannel, self: { ...run("self"), clients: { matchAll: async () => [one] } } });
    assert.equal((await inWorker("shownWindows")())[0].url, expected);
  }
});
