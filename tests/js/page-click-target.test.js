import assert from "node:assert/strict";
import { test } from "node:test";

import { loadParts } from "./load-parts.js";

const HERE = "https://harbour.news/";
const THERE = "https://harbour.news/about.html";

/** @param {boolean} hidden */
function aPage(hidden) {
  /** @type {{listeners: (() => void)[], timers: [() => void, number][], visited: string[]}} */
  const seen = { listeners: [], timers: [], visited: [] };
  const read = loadParts(["page/click-target.js"], {
    document: { hidden },
    workerNews: {},
    resolveUrl: (/** @type {string} */ url) => new URL(url, HERE).href,
    isSamePage: (/** @type {string} */ one, /** @type {string} */ other) => one === other,
    location: { href: HERE, origin: "https://harbour.news", assign: (/** @type {string} */ url) => seen.visited.push(url) },
    addEventListener: (/** @type {string} */ _, /** @type {() => void} */ listener) => seen.listeners.push(listener),
    setTimeout: (/** @type {() => void} */ end, /** @type {number} */ delay) => seen.timers.push([end, delay]),
  });
  return { ...seen, goTo: read("goTo") };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a page that is seen goes where a click leads at once", async () => {
  const { goTo, visited, timers } = aPage(false);
  await goTo(THERE);
  assert.deepEqual([visited, timers], [[THERE], []]);
});

for (const end of ["visibilitychange", "time limit"]) {
  test(`a page that is not yet seen stays until then: ${end}`, async () => {
    const { goTo, visited, timers, listeners } = aPage(true);
    const gone = goTo(THERE);
    await turn();
    assert.deepEqual(visited, []);
    const [[limit, delay]] = timers;
    assert.equal(delay, 1000);
    (end === "time limit" ? limit : listeners[0])();
    await gone;
    assert.deepEqual(visited, [THERE]);
  });
}
