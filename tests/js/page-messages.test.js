import assert from "node:assert/strict";
import test from "node:test";
import { loadParts } from "./load-parts.js";

/** A page whose worker answers so. @param {((port: MessagePort) => void) | null} answer  null: there is no worker */
function asking(answer) {
  const active = answer && { postMessage: (/** @type {unknown} */ _, /** @type {MessagePort[]} */ [port]) => answer(port) };
  return loadParts(["page/messages.js"], {
    MessageChannel,
    setTimeout,
    registering: Promise.resolve({ active }),
    api: {},
    startSteps: [],
  })("askWorker");
}

test("a worker's answer is taken; its error, its silence and its absence are none", async () => {
  const entries = { entries: [1] };
  assert.deepEqual(await asking((port) => port.postMessage(entries))({ pwagen: "outbox" }), entries);
  assert.equal(await asking((port) => port.postMessage({ error: "QuotaExceededError" }))({ pwagen: "outbox" }), null);
  assert.equal(await asking(() => undefined)({ pwagen: "outbox" }, undefined, 20), null);
  assert.equal(await asking(null)({ pwagen: "outbox" }), null);
});
