import assert from "node:assert/strict";
import test from "node:test";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

test("a template is filled from the fetched JSON", () => {
  const fillTemplate = loadWorker()("fillTemplate");
  const table = [
    ["{count} new stories", { count: 3 }, "3 new stories"],
    ["{count} new stories", { items: [1, 2] }, "2 new stories"],
    ["{count} new", [1, 2, 3, 4], "4 new"],
    ["{count}", { count: 0, items: [1] }, "0"],
    ["{latest.title}: {latest.by.name}", { latest: { title: "T", by: { name: "N" } } }, "T: N"],
    ["The latest: {stories.0.title}", { stories: [{ title: "Seal" }] }, "The latest: Seal"],
    ["{stories.1.title}{stories.length}{stories.map}", { stories: [{ title: "Seal" }] }, "1"],
    ["{missing}{a.b.c} {constructor} {list}", { a: 1, list: [1] }, "  "],
    ["{count}", null, ""],
    ["{count}", "text", ""],
    ["no members {}", {}, "no members {}"],
    ["{a}", { a: "{b} $& <b>", b: "never" }, "{b} $& <b>"],
    [undefined, {}, undefined],
  ];
  for (const [template, json, expected] of table) assert.equal(fillTemplate(template, json), expected, `${template} ${JSON.stringify(json)}`);
});

test("what is refreshed is kept if a page may have it, and told in any case", async () => {
  const table = [[{}, true], [{ "Cache-Control": "private" }, false], [{ "Cache-Control": "no-store" }, false], [{ Vary: "Cookie" }, false]];
  for (const [headers, expected] of /** @type {[Record<string, string>, boolean][]} */ (table)) {
    let kept = false;
    const cache = { put: async () => (kept = true), keys: async () => [] };
    const response = { status: 200, ok: true, type: "basic", headers: new Headers(headers), text: async () => "[1]", clone: () => response };
    const caches = { open: async () => cache, match: async () => undefined };
    const refreshUrl = loadWorker({}, { caches, Request, fetch: async () => response })("refreshUrl");
    assert.equal(await refreshUrl("feed.json"), "[1]");
    assert.equal(kept, expected, JSON.stringify(headers));
  }
});

test("a member may be a list's", () => {
  const memberAt = loadWorker()("memberAt");
  assert.equal(memberAt({ items: [{ n: 4 }] }, "items.0.n"), 4);
  assert.equal(memberAt([7], "0"), 7);
  for (const path of ["items.1.n", "constructor", "items.map", ""]) assert.equal(memberAt({ items: [] }, path), undefined, path);
});

test("the server is asked in the words of the contract", () => {
  const run = loadWorker();
  const [url, { headers, body, ...options }] = run("subscriptionRequest")("PUT", { old: null, new: { endpoint: "e" } }, "token");
  assert.equal(url, `${FOLDER}api/push`);
  assert.deepEqual({ ...options }, { method: "PUT", credentials: "same-origin", redirect: "error", keepalive: true });
  assert.deepEqual({ ...headers }, { "Content-Type": "application/json", "X-App": "1", "X-CSRFToken": "token" });
  assert.deepEqual(JSON.parse(body), { old: null, new: { endpoint: "e" } });
  for (const credentials of ["include", "omit"]) {
    const other = loadWorker({ push: { ...CONFIG.push, credentials } })("subscriptionRequest")("POST", {});
    assert.equal(other[1].credentials, credentials);
  }
  assert.ok(!("X-CSRFToken" in run("subscriptionRequest")("DELETE", {})[1].headers), "no token, no header");
});

test("a change of subscription is a PUT, its loss a DELETE", () => {
  const change = loadWorker()("subscriptionChange");
  const [old, fresh] = [{ endpoint: "o" }, { endpoint: "n" }];
  assert.deepEqual(structuredClone(change({ old, new: fresh })), ["PUT", { old, new: fresh, user: undefined }]);
  assert.deepEqual(structuredClone(change({ old: null, new: fresh })), ["PUT", { old: null, new: fresh, user: undefined }]);
  assert.deepEqual(structuredClone(change({ old, new: fresh }, "ada")), ["PUT", { old, new: fresh, user: "ada" }]);
  assert.deepEqual(structuredClone(change({ old, new: null })), ["DELETE", { endpoint: "o", auth: undefined }]);
});

test("a hook that throws or hangs stops nobody", async () => {
  const errors = [];
  const run = loadWorker({}, { console: { error: (/** @type {unknown[]} */ ...words) => errors.push(words[0]) } });
  const seen = [];
  run("addHook")("shown", () => { throw new Error("broken"); });
  run("addHook")("shown", () => new Promise(() => {}));
  run("addHook")("shown", (/** @type {unknown} */ detail) => seen.push(detail));
  // The badge's own hook comes to windows that are not there: it fails as well.
  await run("runHooks")("shown", { message: {} }, 20);
  assert.deepEqual(structuredClone(seen), [{ message: {} }]);
  assert.ok(errors.length >= 2, errors.join());
});

test("time limits reject, and only when they are over", async () => {
  const withTimeLimit = loadWorker()("withTimeLimit");
  assert.equal(await withTimeLimit(Promise.resolve(1), 1000), 1);
  await assert.rejects(withTimeLimit(new Promise(() => {}), 10), /10 ms/);
  await assert.rejects(withTimeLimit(Promise.reject(new Error("own")), 1000), /own/);
});

test("the server is asked for something newer than what is stored", () => {
  const ifNewerThan = loadWorker()("ifNewerThan");
  const stored = (/** @type {HeadersInit} */ headers) => JSON.parse(JSON.stringify(ifNewerThan(new Response("", { headers }))));
  assert.deepEqual(stored({ ETag: '"1"', "Last-Modified": "x" }), { cache: "no-store", headers: { "If-None-Match": '"1"' } });
  assert.deepEqual(stored({ "Last-Modified": "x" }), { cache: "no-store", headers: { "If-Modified-Since": "x" } });
  assert.deepEqual(stored({}), { cache: "no-cache" });
  assert.deepEqual({ ...ifNewerThan(undefined) }, { cache: "no-cache" });
});
