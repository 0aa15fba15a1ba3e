import assert from "node:assert/strict";
import test from "node:test";
import { loadWorker } from "./worker-scope.js";

test("values are read as setAppBadge reads them", () => {
  const badgeValue = loadWorker()("badgeValue");
  // badging/badge-success.https.any.js and badge-error.https.any.js of web-platform-tests
  const table = [
    [undefined, true], [null, 0], [1, 1], [10.6, 10], [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER], [0, 0],
    ["3", 3], [" 300.000 ", 300], ["", 0], [true, 1], [false, 0], [-0.5, 0],
    [-1, undefined], [NaN, undefined], [Infinity, undefined], [-Infinity, undefined], ["Foo", undefined],
    [Number.MAX_SAFE_INTEGER + 1, undefined], [{}, undefined], [Symbol("s"), undefined], [1n, undefined],
  ];
  for (const [value, expected] of table) assert.ok(Object.is(badgeValue(value), expected), `${String(value)}: ${badgeValue(value)}`);
});

test("a rule counts from what is shown, and a message's own value wins", () => {
  const nextBadge = loadWorker()("nextBadge");
  const most = Number.MAX_SAFE_INTEGER;
  const table = [
    [0, "add", undefined, 1], [41, "add", undefined, 42], [true, "add", undefined, 2], [most, "add", undefined, most],
    [2, "subtract", undefined, 1], [0, "subtract", undefined, 0], [true, "subtract", undefined, 0],
    [5, "set", undefined, true], [5, "clear", undefined, 0], [5, "keep", undefined, 5], [true, "keep", undefined, true], [5, 7, undefined, 7],
    [5, "add", 9, 9], [5, "clear", 9, 9], [5, "keep", true, true], [5, "add", 0, 0],
  ];
  for (const [badge, rule, explicit, expected] of table) assert.equal(nextBadge(badge, rule, explicit), expected, `${badge} ${rule} ${explicit}`);
});

test("a message's badge is found in both places", () => {
  const messageBadge = loadWorker()("messageBadge");
  const table = [
    [{ app_badge: 3 }, 3], [{ app_badge: 0 }, 0], [{ app_badge: true }, true], [{ app_badge: false }, 0], [{ app_badge: "12" }, 12],
    [{ notification: { app_badge: "7" } }, 7], [{ app_badge: 3, notification: { app_badge: "7" } }, 3],
    [{ app_badge: -1 }, undefined], [{ app_badge: "x" }, undefined], [{ app_badge: "" }, undefined], [{ app_badge: [3] }, undefined],
    [{ app_badge: null, notification: { app_badge: 2 } }, 2], [{ app_badge: 1e300 }, undefined], [{ app_badge: "9".repeat(400) }, undefined],
    [{}, undefined], [{ notification: "x" }, undefined], [{ badge: 5 }, undefined],
  ];
  for (const [message, expected] of table) assert.equal(messageBadge(message), expected, JSON.stringify(message));
});

test("the count is kept without IndexedDB and without Badging", async () => {
  const appBadge = loadWorker()("appBadge");
  assert.equal(await appBadge.get(), 0);
  assert.equal(await appBadge.add(), 1);
  assert.deepEqual(await Promise.all([appBadge.add(), appBadge.add(), appBadge.add(2)]), [2, 3, 5]);
  assert.equal(await appBadge.add(-9), 0);
  assert.equal(await appBadge.set(4), 4);
  assert.equal(await appBadge.set("none"), 4, "what is no number changes nothing");
  assert.equal(await appBadge.add(NaN), 4);
  assert.equal(await appBadge.set(), true);
  assert.equal(await appBadge.add(), 2);
  assert.equal(await appBadge.clear(), 0);
});

test("a badge that is refused harms nobody", async () => {
  const shown = [];
  const navigator = {
    setAppBadge: async (/** @type {unknown[]} */ ...value) => {
      shown.push(value);
      if (value[0] === 13) throw new TypeError("no permission");
    },
  };
  const appBadge = loadWorker({}, { navigator })("appBadge");
  await appBadge.set(3);
  await appBadge.set();
  await appBadge.set(0);
  assert.equal(await appBadge.set(13), 13);
  assert.deepEqual(structuredClone(shown), [[3], [], [0], [13]]);
});

test("topics are counted apart, and shown together", async () => {
  const appBadge = loadWorker()("appBadge");
  assert.equal(await appBadge.add(2, "chat"), 2);
  assert.equal(await appBadge.add(3, "__proto__"), 5);
  assert.equal(await appBadge.add(1), 6);
  assert.equal(await appBadge.set(4, "chat"), 8);
  assert.deepEqual([await appBadge.get("chat"), await appBadge.get("__proto__"), await appBadge.get(""), await appBadge.get("constructor")], [4, 3, 1, 0]);
  assert.equal(await appBadge.clear("__proto__"), 5);
  assert.equal(await appBadge.clear("unknown"), 5);
  assert.equal(await appBadge.set(9), 9, "a total leaves no topics");
  assert.equal(await appBadge.get("chat"), 0);
  await appBadge.add(2, "chat");
  assert.equal(await appBadge.clear(), 0);
  assert.equal(await appBadge.get("chat"), 0);
  assert.equal(await appBadge.set(undefined, "chat"), true, "a dot, alone");
  assert.equal(await appBadge.add(2), 3, "and one of three with others");
});

test("a count of an earlier build is read, and more topics than a hundred share one count", async () => {
  const run = loadWorker();
  const appBadge = run("appBadge");
  run("storeMemory").set("badge", 7);
  assert.equal(await appBadge.get(), 7);
  assert.equal(await appBadge.add(1, "chat"), 8);
  run("storeMemory").set("badge", true);
  assert.equal(await appBadge.get(), true);
  await appBadge.clear();
  for (let number = 0; number < 150; number += 1) await appBadge.add(1, `tag ${number}`);
  assert.equal(await appBadge.get(), 150);
  assert.equal(run("storeMemory").get("badge").size, 100);
});

test("a rule changes its topic, and what belongs to none where nothing was counted for it", async () => {
  const run = loadWorker({}, {});
  run("globalThis.broadcast = async () => {}");
  const [apply, appBadge] = [run("applyBadgeRule"), run("appBadge")];
  await apply("add", "chat");
  await apply("add", "chat");
  await apply("add", "news");
  await apply("add");
  assert.deepEqual([await appBadge.get(), await appBadge.get("chat"), await appBadge.get("")], [4, 2, 1]);
  await apply("subtract", "chat");
  assert.equal(await appBadge.get("chat"), 1);
  await apply("clear", "chat");
  assert.equal(await appBadge.get(), 2);
  await apply("add", "news", 12);
  assert.deepEqual([await appBadge.get(), await appBadge.get("news")], [12, 0]);
  await apply("subtract", "news");
  assert.equal(await appBadge.get(), 11);
  await apply("clear", "news");
  assert.equal(await appBadge.get(), 0);
  await apply(3, "news");
  await apply("set", "news");
  assert.equal(await appBadge.get(), true);
});
