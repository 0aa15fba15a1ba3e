import assert from "node:assert/strict";
import test from "node:test";
import { loadParts } from "./load-parts.js";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const IPHONE_16_3 = IPHONE.replace("17_5", "16_3").replace("17.5", "16.3");
const IPHONE_CHROME = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1";
const IPAD = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Safari/605.1.15";
const INSTAGRAM = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 300.0";
const ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";

const part = loadParts(["page/platform.js"]);

test("an iPad is told from the Mac that it calls itself", () => {
  const isIos = part("isIos");
  assert.equal(isIos({ userAgent: IPHONE, platform: "iPhone", maxTouchPoints: 5 }), true);
  assert.equal(isIos({ userAgent: IPAD, platform: "MacIntel", maxTouchPoints: 5 }), true);
  assert.equal(isIos({ userAgent: IPAD, platform: "MacIntel", maxTouchPoints: 0 }), false);
  assert.equal(isIos({ userAgent: ANDROID, platform: "Linux armv8l", maxTouchPoints: 5 }), false);
  assert.equal(isIos({ userAgent: IPAD }), false);
});

test("the Home Screen is offered where it brings push: from iOS 16.4, not in other apps' windows", () => {
  const canAddToHomeScreen = part("canAddToHomeScreen");
  const table = [
    [IPHONE, true],
    [IPHONE_CHROME, true],
    [IPAD, true],
    [IPAD.replace("16.6", "16.3"), false],
    [IPHONE_16_3, false],
    [INSTAGRAM, false],
  ];
  for (const [userAgent, expected] of table) assert.equal(canAddToHomeScreen(userAgent), expected, userAgent);
});

test("a link is followed once after the click, on this origin, and not to where the page is", () => {
  const scope = { topSteps: [], BASE: "https://example.com/app/" };
  const target = loadParts(["shared/url.js", "page/deep-link.js"], scope)("pendingLinkTarget");
  const here = "https://example.com/app/";
  const now = 1_000_000;
  const pending = { url: "https://example.com/app/news/", at: now - 5000 };
  assert.equal(target(pending, { now, here }), pending.url);
  assert.equal(target(undefined, { now, here }), null);
  assert.equal(target({ ...pending, at: now - 61_000 }, { now, here }), null);
  assert.equal(target(pending, { now, here: pending.url }), null);
  assert.equal(target({ ...pending, url: "https://elsewhere.example/" }, { now, here }), null);
  assert.equal(target({ ...pending, url: "javascript:alert(1)" }, { now, here }), null);
});

test("a battery is low when it is nearly empty and not being charged; an unknown one is not", () => {
  const isBatteryLow = loadParts(["page/periodic-sync.js"], { startSteps: [] })("isBatteryLow");
  assert.equal(isBatteryLow({ charging: false, level: 0.2 }), true);
  assert.equal(isBatteryLow({ charging: true, level: 0.05 }), false);
  assert.equal(isBatteryLow({ charging: false, level: 0.21 }), false);
  assert.equal(isBatteryLow(undefined), false);
});

test("the count comes before the page's own title, whoever writes that and when", () => {
  const document = { title: "News" };
  const knownStates = { badge: "0" };
  const set = (/** @type {any} */ object, /** @type {string} */ name, /** @type {unknown} */ value) => void (object[name] = value);
  const run = loadParts(["page/badge-title.js"], { CONFIG: {}, startSteps: [], document, knownStates, set });
  const steps = [
    ["0", undefined, "News"], ["3", undefined, "(3) News"], ["4", undefined, "(4) News"], ["4", "Tides", "(4) Tides"],
    ["4", "(4) Tides – now", "(4) Tides – now"], ["true", undefined, "(•) Tides – now"], ["0", undefined, "Tides – now"],
    ["0", "(2) of 3", "(2) of 3"], ["5", undefined, "(5) (2) of 3"], ["0", undefined, "(2) of 3"], ["0", "", ""], ["1", undefined, "(1)"], ["1", "(1) more", "(1) more"], ["0", undefined, "more"],
  ];
  for (const [badge, written, shown] of steps) {
    knownStates.badge = badge;
    if (written !== undefined) document.title = written;
    run("showCountInTitle")();
    assert.equal(document.title, shown);
  }
});

test("a prompt waits for its visit, comes once in it, and stays away longer after each dismissal", () => {
  const promptIsDue = loadParts(["page/prompt-rule.js"])("promptIsDue");
  const DAY = 86_400_000;
  const now = 1000 * DAY;
  const rule = { afterVisits: 3, backOff: [3 * DAY, 7 * DAY, 30 * DAY] };
  const dismissed = (/** @type {number} */ dismissals, /** @type {number} */ days) => ({ dismissals, at: now - days * DAY, shown: 3 });
  const table = [
    [2, undefined, false],
    [3, undefined, true],
    [9, undefined, true],
    [3, { shown: 3 }, false],
    [4, { shown: 3 }, true],
    [4, dismissed(1, 2.9), false],
    [4, dismissed(1, 3), true],
    [4, dismissed(2, 6.9), false],
    [4, dismissed(2, 7), true],
    [4, dismissed(3, 29.9), false],
    [4, dismissed(3, 30), true],
    [4, dismissed(4, 9999), false],
    // The clock was a year ahead when it was dismissed.
    [4, dismissed(1, -365), true],
  ];
  for (const [visit, record, due] of table) assert.equal(promptIsDue(rule, visit, record, now), due, JSON.stringify([visit, record]));
  assert.equal(promptIsDue({ backOff: rule.backOff }, 9, undefined, now), false, "never by itself");
  assert.equal(promptIsDue({ afterVisits: 1, backOff: [] }, 9, dismissed(1, 9999), now), false, "no second time");
});

test("pages that are opened one after the other are one visit", () => {
  const nextVisits = loadParts(["page/prompt-rule.js"])("nextVisits");
  const now = 1_000_000_000;
  assert.deepEqual({ ...nextVisits(undefined, now) }, { count: 1, at: now });
  assert.deepEqual({ ...nextVisits({ count: 1, at: now - 1_800_000 }, now) }, { count: 1, at: now });
  assert.deepEqual({ ...nextVisits({ count: 1, at: now - 1_800_001 }, now) }, { count: 2, at: now });
  assert.deepEqual({ ...nextVisits({ count: 1, at: now + 9_000_000 }, now) }, { count: 2, at: now });
});
