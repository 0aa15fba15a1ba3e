import assert from "node:assert/strict";
import test from "node:test";
import { loadParts } from "./load-parts.js";

const DAY = 86_400_000;

test("a key's base64url, padded and standard forms all give the same bytes", () => {
  const bytesFromBase64url = loadParts(["page/push-key.js"], { atob })("bytesFromBase64url");
  const expected = [251, 255, 190, 0];
  for (const text of ["-_--AA", "-_--AA==", "+/++AA==", " -_--AA\n"]) {
    assert.deepEqual(Array.from(bytesFromBase64url(text)), expected, text);
  }
});

test("a subscription's key is the same, another, or unknown", () => {
  const madeWithKey = loadParts(["page/push-key.js"])("madeWithKey");
  const key = Uint8Array.of(4, 1, 2);
  const subscription = (/** @type {number[]} */ ...bytes) => ({
    options: { applicationServerKey: Uint8Array.from(bytes).buffer },
  });
  assert.equal(madeWithKey(subscription(4, 1, 2), key), true);
  assert.equal(madeWithKey(subscription(4, 1, 3), key), false);
  assert.equal(madeWithKey(subscription(4, 1), key), false);
  assert.equal(madeWithKey({ options: { applicationServerKey: null } }, key), null);
  assert.equal(madeWithKey({}, key), null);
});

test("each combination of facts has its one state", () => {
  const pushStateFrom = loadParts(["page/push-state.js"])("pushStateFrom");
  const facts = { supported: true, needsInstall: false, permission: "default", subscribed: false };
  const table = [
    [{ supported: false }, "unsupported"],
    [{ supported: false, needsInstall: true }, "needs-install"],
    [{ supported: false, permission: "granted", subscribed: true }, "unsupported"],
    // An iOS that has push in its browser's tabs one day doesn't need the installation any more.
    [{ needsInstall: true }, "default"],
    [{}, "default"],
    [{ permission: "unsupported" }, "default"],
    [{ permission: "denied" }, "denied"],
    [{ permission: "denied", subscribed: true }, "denied"],
    [{ permission: "granted" }, "granted"],
    [{ permission: "granted", subscribed: true }, "subscribed"],
  ];
  for (const [change, state] of table) assert.equal(pushStateFrom({ ...facts, ...change }), state, JSON.stringify(change));
});

test("what a visit has to put right", () => {
  const healingStep = loadParts(["page/push-report.js", "page/push-healing.js"], { startSteps: [] })("healingStep");
  const present = { endpoint: "https://push.example.com/1", keys: { auth: "a", p256dh: "p" } };
  const now = 1000 * DAY;
  const reported = { subscription: { ...present }, time: now - DAY };
  const facts = { permission: "granted", present, sameKey: true, reported, pending: false, now };
  const table = [
    ["nothing", {}],
    ["nothing", { sameKey: null }],
    ["report", { reported: { ...reported, time: now - 8 * DAY } }],
    // A clock that was wrong must not put the next report off for years.
    ["report", { reported: { ...reported, time: now + 800 * DAY } }],
    ["report", { reported: undefined }],
    ["report", { pending: true }],
    ["report", { user: "ada" }],
    ["report", { user: "ada", reported: { ...reported, user: "bob" } }],
    ["nothing", { user: "ada", reported: { ...reported, user: "ada" } }],
    ["nothing", { user: "ada", present: null, reported: undefined }],
    ["report", { present: { ...present, endpoint: "https://push.example.com/2" } }],
    ["report", { present: { ...present, keys: { auth: "b", p256dh: "p" } } }],
    ["nothing", { present: { ...present, expirationTime: null } }],
    ["renew", { sameKey: false }],
    ["renew", { present: null }],
    ["renew", { present: null, reported: undefined, pending: true }],
    // The user has never subscribed, or has ended it.
    ["nothing", { present: null, reported: undefined }],
    ["forget", { permission: "denied", present: null }],
    ["forget", { permission: "default", present: null }],
    ["nothing", { permission: "denied", present: null, reported: undefined }],
    // Blocked for the moment: the subscription is still the browser's.
    ["nothing", { permission: "denied" }],
  ];
  for (const [step, change] of table) assert.equal(healingStep({ ...facts, ...change }), step, JSON.stringify(change));
});

test("retries end for what won't change and wait as long as the server asks", () => {
  const retryDelay = loadParts(["shared/retry-after.js", "more/push-server.js"], { parts: {} })("retryDelay");
  const now = Date.parse("2030-01-01T00:00:00Z");
  const answer = (/** @type {number} */ status, retryAfter = null) => ({ status, retryAfter });
  const table = [
    [[1, null], 1000],
    [[2, null], 4000],
    [[3, null], null],
    [[1, answer(503)], 1000],
    [[1, answer(400)], null],
    [[1, answer(403)], null],
    [[1, answer(429, "7")], 7000],
    [[1, answer(429, "Tue, 01 Jan 2030 00:00:09 GMT")], 9000],
    [[1, answer(503, "Tue, 01 Jan 2030 00:00:00 GMT")], 1000],
    [[1, answer(503, "soon")], 1000],
    [[1, answer(503, "0")], 1000],
    [[2, answer(429, "16")], null],
  ];
  for (const [[tries, given], delay] of table) assert.equal(retryDelay(tries, given, now), delay, JSON.stringify([tries, given]));
});

test("the CSRF token comes from the meta tag, a hidden field or the cookie", () => {
  const csrfToken = loadParts(["shared/retry-after.js", "more/push-server.js"], { parts: {} })("csrfToken");
  /** @param {string} cookie @param {Record<string, string>[]} [elements] */
  const page = (cookie, elements = []) => ({
    cookie,
    getElementsByName: (/** @type {string} */ name) =>
      elements.filter((one) => one.name === name).map((one) => ({ getAttribute: (/** @type {string} */ key) => one[key] ?? null })),
  });
  const cookie = { cookie: "csrftoken", header: "X-CSRFToken" };
  const meta = { meta: "csrf-token", header: "X-CSRF-Token" };
  assert.equal(csrfToken(undefined, page("csrftoken=a")), undefined);
  assert.equal(csrfToken(cookie, page("a=b; csrftoken=x=y%3D; c=d")), "x=y=");
  assert.equal(csrfToken(cookie, page("csrftoken=100%")), "100%");
  assert.equal(csrfToken(cookie, page("xcsrftoken=no")), undefined);
  assert.equal(csrfToken(meta, page("", [{ name: "csrf-token", content: "m" }])), "m");
  assert.equal(csrfToken(meta, page("", [{ name: "csrf-token", value: "field" }])), "field");
  assert.equal(csrfToken({ ...cookie, ...meta }, page("csrftoken=c")), "c");
});
