import assert from "node:assert/strict";
import test from "node:test";
import { loadParts } from "./load-parts.js";

/** The part in a page, and how it stands after what the worker tells. */
function outbox() {
  /** @type {Map<string, {state: () => string}>} */
  const controls = new Map();
  /** @type {(number | undefined)[]} */
  const timers = [];
  const run = loadParts(["page/outbox.js"], {
    api: {},
    controls,
    signOutSteps: [],
    startSteps: [],
    refreshStates() {},
    clearTimeout: () => timers.pop(),
    setTimeout: (/** @type {unknown} */ _, /** @type {number} */ delay) => timers.push(delay),
  });
  const note = run("noteOutbox");
  const stand = () => ["outbox", "waiting", "outbox-retry"].map((name) => controls.get(name)?.state());
  return { timers, tell: (/** @type {object} */ detail) => (note({ detail }), stand()) };
}

test("a page says how the outbox stands after each request, not only of the last one", () => {
  const { tell } = outbox();
  const steps = [
    [{ id: 1, state: "queued", waiting: 1 }, ["queued", "1", "none"]],
    [{ id: 2, state: "queued", waiting: 2 }, ["queued", "2", "none"]],
    [{ state: "sending", waiting: 2 }, ["sending", "2", "none"]],
    [{ id: 1, state: "sent", waiting: 1 }, ["queued", "1", "none"]],
    [{ id: 2, state: "sent", waiting: 0 }, ["sent", "0", "none"]],
    [{ id: 3, state: "failed", waiting: 0 }, ["failed", "0", "available"]],
    [{ id: 4, state: "queued", waiting: 1 }, ["queued", "1", "available"]],
    [{ id: 4, state: "removed", waiting: 0 }, ["failed", "0", "available"]],
    [{ id: 3, state: "sent", waiting: 0 }, ["sent", "0", "none"]],
    [{ id: 5, state: "queued", waiting: 1 }, ["queued", "1", "none"]],
    [{ id: 5, state: "removed", waiting: 0 }, ["empty", "0", "none"]],
  ];
  for (const [detail, stand] of steps) assert.deepEqual(tell(detail), stand, JSON.stringify(detail));
});

test("who signs out has nothing left, whatever had failed", () => {
  const { tell } = outbox();
  tell({ id: 1, state: "failed", waiting: 0 });
  assert.deepEqual(tell({ state: "removed", waiting: 0 }), ["empty", "0", "none"]);
});

test("a worker that falls silent is asked again while something waits, when its server wants it", () => {
  const { tell, timers } = outbox();
  tell({ id: 1, state: "queued", waiting: 1, retryIn: 5000 });
  assert.deepEqual(timers, [5000]);
  tell({ id: 2, state: "queued", waiting: 2 });
  assert.deepEqual(timers, [60_000]);
  tell({ id: 1, state: "sent", waiting: 1 });
  assert.deepEqual(timers, [60_000]);
  tell({ id: 2, state: "sent", waiting: 0 });
  assert.deepEqual(timers, []);
});
