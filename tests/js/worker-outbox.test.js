import assert from "node:assert/strict";
import test from "node:test";
import { loadParts } from "./load-parts.js";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

test("a rule covers paths below the folder, by method", () => {
  const outboxRule = loadWorker()("outboxRule");
  const covered = (/** @type {string} */ method, /** @type {string} */ url) => outboxRule(method, url)?.maxAge === 1000;
  assert.ok(covered("POST", `${FOLDER}api/a%20b?c#d`));
  assert.ok(covered("PUT", `${FOLDER}api/`));
  for (const [method, url] of [
    ["GET", `${FOLDER}api/a`],
    ["DELETE", `${FOLDER}api/a`],
    ["POST", `${FOLDER}app/a`],
    ["POST", "https://example.com/api/a"],
    ["POST", "https://other.example/docs/api/a"],
    ["POST", `${FOLDER}api/%E0%A4`],
  ]) assert.ok(!covered(method, url), url);
});

test("subscriptions are nothing for the outbox, wherever the app lies", () => {
  for (const folder of ["https://example.com/", "https://example.com/a/b/"]) {
    const { pathname } = new URL(folder);
    for (const endpoint of ["api/push", "./api/push", "api/push?x=1", `${pathname}api/push`, `${folder}api/push#x`]) {
      const outboxRule = loadWorker({ push: { ...CONFIG.push, endpoint } }, {}, folder)("outboxRule");
      const covered = ["api/push", "api/push?y", "api/push/x", "api/comments"].filter((path) => outboxRule("POST", folder + path));
      assert.deepEqual(covered, ["api/push/x", "api/comments"], endpoint);
    }
  }
  const elsewhere = loadWorker({ push: { ...CONFIG.push, endpoint: "/api/push" } })("outboxRule");
  assert.ok(elsewhere("POST", `${FOLDER}api/push`), "that is another one than the host's");
  assert.ok(loadWorker({ push: undefined })("outboxRule")("POST", `${FOLDER}api/push`));
});

test("an answer means sent, failed or later", () => {
  const outcomeOf = loadWorker()("outcomeOf");
  for (const status of [0, 200, 204, 304]) assert.equal(outcomeOf(status, 0), "sent", String(status));
  for (const status of [400, 401, 403, 404, 410, 422]) assert.equal(outcomeOf(status, 0), "failed", String(status));
  for (const status of [undefined, 408, 425, 429, 500, 503]) assert.equal(outcomeOf(status, 99), "queued", String(status));
  assert.deepEqual([0, 2, 3].map((tries) => outcomeOf(409, tries)), ["queued", "queued", "failed"]);
});

test("a request that was taken back is not sent", async () => {
  /** @type {unknown[]} */
  const sent = [];
  const fetch = async (/** @type {unknown} */ url) => sent.push(url);
  const run = loadWorker({}, { fetch, AbortSignal, crypto });
  run("inOutbox = async () => undefined"); // no body, since the entry is gone
  const entry = { id: 1, url: `${FOLDER}api/a`, method: "POST", headers: [["Authorization", "secret"]], time: Date.now(), maxAge: 1000, tries: 0 };
  assert.equal(await run("replayRequest")(entry, 0), true, "the next one may go");
  assert.deepEqual(sent, []);
});

test("waits grow up to an hour, and a server may ask for a day", () => {
  const retryDelay = loadWorker()("retryDelay");
  assert.deepEqual([0, 1, 2, 7, 5000].map((tries) => retryDelay(tries)), [30, 60, 120, 3600, 3600].map((seconds) => seconds * 1000));
  assert.equal(retryDelay(0, "90"), 90_000);
  assert.equal(retryDelay(2, "90"), 120_000);
  assert.equal(retryDelay(0, "9999999"), 86_400_000);
  assert.equal(retryDelay(0, "soon"), 30_000);
});

/** @param {Record<string, string>} attributes */
const element = (attributes) => ({ getAttribute: (/** @type {string} */ name) => attributes[name] ?? null });

test("a form's target is its own or the button's", () => {
  const location = { href: "https://example.com/docs/contact.html?a=1#b" };
  const document = { baseURI: "https://example.com/docs/base/" };
  const formTarget = loadParts(["page/form-request.js"], { location, document })("formTarget");
  const target = (/** @type {object[]} */ ...given) => ({ ...formTarget(...given) });
  assert.deepEqual(target(element({ action: "send", method: "post" }), null), { method: "POST", url: `${document.baseURI}send` });
  assert.deepEqual(target(element({ method: "post" }), null), { method: "POST", url: "https://example.com/docs/contact.html?a=1" });
  assert.deepEqual(target(element({ action: "send" }), element({ formaction: "/x#y", formmethod: "POST" })), {
    method: "POST",
    url: "https://example.com/x",
  });
  assert.equal(target(element({ action: "send" }), null).method, "");
});

test("a form's body has the lines and file names that a browser would send", () => {
  const formBody = loadParts(["more/form-request.js"], { URLSearchParams })("formBody");
  const fields = [["a", "one\ntwo\r\nthree\r"], ["a", "&="], ["file", { name: "f.txt" }]];
  assert.equal(String(formBody(fields, "")), "a=one%0D%0Atwo%0D%0Athree%0D%0A&a=%26%3D&file=f.txt");
  assert.equal(formBody(fields, "text/plain"), "a=one\r\ntwo\r\nthree\r\n\r\na=&=\r\nfile=f.txt\r\n");
  assert.equal(formBody(fields, "multipart/form-data"), fields);
});
