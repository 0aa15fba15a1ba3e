import assert from "node:assert/strict";
import test from "node:test";
import { loadParts } from "./load-parts.js";

const document = { currentScript: { src: "https://example.org/app/register.js" } };

/**
 * Runs the last page script, and returns what it asked of the browser.
 *
 * @param {() => Promise<unknown>} update
 * @param {boolean} isRegistered
 */
async function visit(update, isRegistered = true) {
  /** @type {string[]} */
  const asked = [];
  const serviceWorker = {
    getRegistration: async (/** @type {URL} */ url) => {
      asked.push(`registration of ${url}`);
      return isRegistered
        ? { update: () => (asked.push("update"), update()) }
        : undefined;
    },
    // A page that registers a worker again would bring back what is being removed.
    register: async () => asked.push("register"),
  };
  loadParts(["removal/page.js"], { document, navigator: { serviceWorker } });
  await new Promise((resolve) => setImmediate(resolve));
  return asked;
}

test("the last page script has the worker of its folder replaced, and registers none", async () => {
  assert.deepEqual(await visit(async () => {}), ["registration of https://example.org/app/", "update"]);
  assert.deepEqual(await visit(async () => {}, false), ["registration of https://example.org/app/"]);
});

test("the last page script is silent without a network or without workers", async () => {
  // An unhandled rejection would fail the test.
  await visit(() => Promise.reject(new TypeError("Failed to fetch")));
  loadParts(["removal/page.js"], { document, navigator: {} });
});
