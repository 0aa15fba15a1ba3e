import assert from "node:assert/strict";
import test from "node:test";
import { loadParts, readPart } from "./load-parts.js";

const ENGLISH = JSON.parse(readPart("texts/en.json"))["more/texts.js"];

/** How errors are made, with their sentences. @param {() => Promise<object>} [more] */
function pageWithTexts(more) {
  const parts = {};
  const scope = { document: { documentElement: { lang: "" } }, parts, TEXTS: { english: ENGLISH, languages: {} }, more: more ?? (async () => parts) };
  return loadParts(["page/errors.js", "shared/language.js", "more/texts.js"], scope);
}

test("the browser's exceptions get our names, once", async () => {
  const part = pageWithTexts();
  const translateError = part("translateError");
  const exceptions = part("EXCEPTION_MEANINGS");
  for (const name of Object.keys(exceptions)) {
    const error = await translateError(new DOMException("a technical message", name));
    assert.equal(error.name, exceptions[name]);
    assert.equal(error.message, ENGLISH[error.name], "users don't read technical messages");
    assert.equal(await translateError(error), error);
  }
  const own = await part("namedError")("NetworkError", "worded for the occasion");
  assert.equal((await translateError(own)).message, "worded for the occasion");
});

test("sentences that can't be had are no reason to fail otherwise", async () => {
  const part = pageWithTexts(async () => {
    throw new Error("no network");
  });
  const error = await part("translateError")(new DOMException("a technical message", "NotAllowedError"));
  assert.deepEqual([error.name, error.message], ["PermissionDeniedError", "The server couldn't be reached."]);
  assert.equal((await part("namedError")("UnknownError", "A whole sentence.")).message, "A whole sentence.");
});

test("what nobody expected is still an error with a name, and keeps its cause", async () => {
  const translateError = pageWithTexts()("translateError");
  for (const thrown of [new RangeError("odd"), "text", null, undefined, 7, {}]) {
    const error = await translateError(thrown);
    assert.equal(error.name, "UnknownError");
    assert.equal(error.cause, thrown);
  }
  assert.match((await translateError(new RangeError("odd"))).message, /\(odd\)$/);
});

test("a failed registration is explained by what is wrong with the file", () => {
  const explain = loadParts(["more/diagnosis.js"], { parts: {}, TRUSTED_TYPES_REMEDY: "add “trusted-types pwagen”" })("explainRegistration");
  const facts = {
    worker: "https://example.com/app/sw.js",
    pageOrigin: "https://example.com",
    policyRefused: false,
    response: { type: "basic", status: 200, mime: "text/javascript; charset=utf-8" },
    errorName: "TypeError",
    errorMessage: "evaluation failed",
  };
  const response = facts.response;
  const table = [
    [/own origin/, { pageOrigin: "https://www.example.com" }],
    [/add “trusted-types pwagen”/, { directive: "require-trusted-types-for" }],
    [/add “trusted-types pwagen”/, { directive: "trusted-types", policyRefused: true }],
    [/add “worker-src 'self'”/, { directive: "worker-src" }],
    [/could not be fetched: Failed/, { response: null, errorMessage: "Failed" }],
    [/redirect/, { response: { type: "opaqueredirect", status: 0, mime: "" } }],
    [/status 404\. Copy sw\.js/, { response: { ...response, status: 404 } }],
    [/status 401\. .*without a log-in/, { response: { ...response, status: 401 } }],
    [/status 502\. .*log/, { response: { ...response, status: 502 } }],
    [/“text\/html”.*answers unknown addresses/, { response: { ...response, mime: "text/html" } }],
    [/“no type”/, { response: { ...response, mime: "" } }],
    [/Service-Worker-Allowed/, { errorMessage: "The path of the provided scope is not under the max scope allowed" }],
    [/site data may be blocked/, { errorName: "SecurityError" }],
    [/failed while starting: evaluation failed/, {}],
    [/failed while starting/, { response: { ...response, mime: "application/javascript" } }],
  ];
  for (const [sentence, change] of table) assert.match(explain({ ...facts, ...change }), sentence, JSON.stringify(change));
});

test("reloading by itself twice within a minute looks like a loop", () => {
  /** @type {string | undefined} */
  let kept;
  const sessionStorage = { getItem: () => kept ?? null, setItem: (/** @type {string} */ _, /** @type {string} */ value) => (kept = value) };
  const scope = { startSteps: [], BASE: "https://example.com/", sessionStorage, performance };
  const mayReloadUnasked = loadParts(["page/update-reload.js"], scope)("mayReloadUnasked");
  assert.equal(mayReloadUnasked(1_000_000), true);
  assert.equal(mayReloadUnasked(1_010_000), false);
  assert.equal(mayReloadUnasked(990_000), false, "a clock that was put back");
  assert.equal(mayReloadUnasked(1_100_000), true);
  sessionStorage.getItem = () => {
    throw new Error("SecurityError");
  };
  assert.equal(mayReloadUnasked(2_000_000), false);
});

test("states that are asked for at once are read once, and again for who asks later", async () => {
  let reads = 0;
  const controls = new Map([["badge:", { state: async () => String(++reads) }]]);
  const scope = { startSteps: [], controls, renderAttributes() {}, emit() {}, reportFailure: assert.fail };
  const refreshStates = loadParts(["page/states.js"], scope)("refreshStates");
  await Promise.all([refreshStates(), refreshStates(), refreshStates()]);
  assert.equal(reads, 1);
  const begun = refreshStates();
  await Promise.resolve();
  await Promise.all([refreshStates(), begun]);
  assert.equal(reads, 3, "what had begun may have read what changed since");
});

test("an element is shown in the states that its attribute names", () => {
  const whenHolds = loadParts(["page/states.js"], { startSteps: [] })("whenHolds");
  const states = { push: "denied", install: "available", badge: "0", message: "" };
  const table = [
    ["denied", true],
    ["default denied", true],
    ["default\n  granted", false],
    ["push:denied", true],
    ["install:available", true],
    ["available", false],
    ["granted install:available", true],
    ["badge:0", true],
    ["", false],
    ["message:", false],
    ["update:ready", false],
  ];
  for (const [tokens, expected] of table) assert.equal(whenHolds(tokens, states), expected, tokens);
});
