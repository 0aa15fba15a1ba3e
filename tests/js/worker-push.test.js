import assert from "node:assert/strict";
import test from "node:test";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

const DEFAULT = { title: "Harbour News", body: "There is something new" };

/** [what arrives, the title and body that are shown] */
const PAYLOADS = [
  ["", DEFAULT],
  [" ", DEFAULT],
  ["Low tide at 6:12", { title: "Harbour News", body: "Low tide at 6:12" }],
  ['"quoted"', { title: "Harbour News", body: "quoted" }],
  ["42", { title: "Harbour News", body: "42" }],
  ["true", { title: "Harbour News", body: "true" }],
  ["null", DEFAULT],
  ["[]", DEFAULT],
  ["[null]", DEFAULT],
  ['[{"title":"T"}]', DEFAULT],
  ["{", DEFAULT],
  ['{"title":"T",}', DEFAULT],
  ["  [1,", DEFAULT],
  ["\u0000\u0001binary", DEFAULT],
  ["broken \uFFFD bytes", DEFAULT],
  ["{}", DEFAULT],
  ['{"title":"T"}', { title: "T" }],
  ['{"title":"T","body":"B"}', { title: "T", body: "B" }],
  ['{"title":" T "}', { title: "T" }],
  ['{"body":"B"}', { title: "Harbour News", body: "B" }],
  ['{"title":"","body":""}', DEFAULT],
  ['{"title":"   ","body":"  "}', DEFAULT],
  ['{"title":5,"body":0}', { title: "5", body: "0" }],
  ['{"title":null,"body":null}', DEFAULT],
  ['{"title":["T"],"body":{"b":1}}', DEFAULT],
  ['{"title":true}', DEFAULT],
  ['{"title":"T","body":["B"]}', { title: "T" }],
  ['{"notification":{"title":"N","body":"B"}}', { title: "N", body: "B" }],
  ['{"notification":"N"}', DEFAULT],
  ['{"notification":null,"title":"T"}', { title: "T" }],
  ['{"notification":[]}', DEFAULT],
  ['{"notification":{}}', DEFAULT],
  ['{"web_push":8030,"notification":{"title":"D","navigate":"https://example.com/docs/a"}}', { title: "D" }],
  ['{"web_push":8030}', DEFAULT],
  ['{"web_push":8030,"mutable":true,"notification":{"title":"D","body":"B"},"app_badge":3}', { title: "D", body: "B" }],
  ['{"data":{"title":"T"}}', DEFAULT],
  ['{"title":"T","data":{"onActionClick":7}}', { title: "T" }],
  ['{"title":"T","data":{"onActionClick":{"a":null,"b":{"operation":"constructor"}}}}', { title: "T" }],
  ['{"title":"T","data":null,"actions":null}', { title: "T" }],
  ['{"title":"T","actions":{"action":"a"}}', { title: "T" }],
  ['{"title":"T","__proto__":{"body":"B"}}', { title: "T" }],
  ['{"constructor":"x","toString":"y","hasOwnProperty":1}', DEFAULT],
];

test("every payload has a title, and the body that it says", () => {
  const shown = loadWorker()("(text) => { const m = messageFrom(text); return notificationFrom(isObject(m.notification) ? m.notification : m); }");
  for (const [text, { title, body }] of PAYLOADS) {
    const notification = shown(text);
    assert.equal(notification.title, title, JSON.stringify(text));
    assert.equal(notification.options.body, body, JSON.stringify(text));
    assert.deepEqual(whyThrows(notification), [], JSON.stringify(text));
  }
});

const NASTY = [
  null, undefined, true, false, 0, -1, 1.5, NaN, Infinity, "", " ", "3", "text", "http://[", "javascript:1", "\ud800",
  [], [[]], [-1], [1e9], ["x"], {}, { action: 1 }, [{}], [null], [{ action: "a" }], [{ title: "b" }],
  [{ action: "a", title: "b", icon: {} }], [{ action: "a", title: "b" }, { action: "c", title: "d" }, { action: "e", title: "f" }],
  () => {}, Symbol("s"), new Map(), { toString: null }, Object.create(null),
];
const MEMBERS = ["title", "body", "tag", "lang", "dir", "icon", "badge", "image", "renotify", "requireInteraction"];
MEMBERS.push("silent", "timestamp", "vibrate", "actions", "data", "navigate", "url");

test("no value of any member makes showNotification throw", () => {
  const notificationFrom = loadWorker()("notificationFrom");
  for (const member of MEMBERS) {
    for (const value of NASTY) {
      for (const others of [{}, { renotify: true }, { silent: true }, { renotify: true, tag: "t" }]) {
        const notification = notificationFrom({ title: "T", ...others, [member]: value });
        assert.deepEqual(whyThrows(notification), [], `${member}: ${String(Object(value).constructor?.name)}`);
      }
    }
  }
});

test("hooks and pages can give what no JSON holds", () => {
  const notificationFrom = loadWorker()("notificationFrom");
  const { options } = notificationFrom({ title: "T", data: { callback() {} }, actions: [{ action: Symbol("a"), title: "A" }] });
  assert.equal(options.data.data, undefined);
  assert.deepEqual(structuredClone(options.actions), [{ action: "view", title: "View" }], "the configured ones");
});

test("members are taken over, merged with the defaults and resolved against the folder of sw.js", () => {
  const notificationFrom = loadWorker()("notificationFrom");
  const { options } = notificationFrom({
    title: "T", body: "B", tag: "t", renotify: true, lang: "de", dir: "rtl", requireInteraction: true, timestamp: 5,
    image: "/big.png", badge: "badge.png", data: { id: 1 },
    actions: [{ action: "a", title: "A", icon: "a.png" }, { action: "b", title: "B" }, { action: "c", title: "C", navigate: "c/" }],
  });
  assert.deepEqual(structuredClone(options), {
    body: "B", tag: "t", renotify: true, lang: "de", dir: "rtl", requireInteraction: true, timestamp: 5,
    icon: `${FOLDER}icons/icon-192.png`, image: "https://example.com/big.png", badge: `${FOLDER}badge.png`, vibrate: [100, 50],
    actions: [{ action: "a", title: "A", icon: `${FOLDER}a.png` }, { action: "b", title: "B" }],
    data: { pwagen: { targets: { c: { do: "open", url: "c/" } } }, data: { id: 1 } },
  });
});

test("an empty list of actions means none, an unusable one the configured", () => {
  const notificationFrom = loadWorker()("notificationFrom");
  const actions = (/** @type {unknown} */ value) => structuredClone(notificationFrom({ actions: value }).options.actions);
  assert.equal(actions([]), undefined);
  assert.deepEqual(actions([{ action: "a" }]), CONFIG.notifications.actions);
  assert.deepEqual(actions(undefined), CONFIG.notifications.actions);
});

test("a notification whose images can't be had is shown without them, and otherwise the same", async () => {
  /** @type {[string, any][]} */
  const shown = [];
  const showNotification = async (/** @type {string} */ title, /** @type {any} */ options) => {
    if (options.icon) throw new TypeError("no icon");
    shown.push([title, options]);
  };
  const worker = loadWorker({}, {
    self: { location: new URL("sw.js", FOLDER), registration: { scope: FOLDER, showNotification }, addEventListener() {}, Notification: {} },
  });
  const source = {
    title: "T", body: "B", lang: "de", dir: "ltr", silent: true, timestamp: 5, image: "big.png",
    actions: [{ action: "a", title: "A", icon: "a.png" }],
  };
  const { title, options } = worker("notificationFrom")(source);
  await worker("display")(title, options);
  const [[, { tag, data, ...rest }]] = structuredClone(shown);
  assert.match(tag, /^pwagen-\d+$/);
  assert.deepEqual(data, structuredClone(options.data));
  assert.deepEqual(rest, { body: "B", lang: "de", dir: "ltr", silent: true, timestamp: 5, actions: [{ action: "a", title: "A" }] });
});

/**
 * Why showNotification would throw, by https://notifications.spec.whatwg.org/#create-a-notification and
 * by what Chromium does.
 *
 * @param {{title: unknown, options: any}} notification
 */
function whyThrows({ title, options }) {
  const isText = (/** @type {unknown} */ value) => value === undefined || typeof value === "string";
  const reasons = [];
  if (typeof title !== "string" || !title.trim()) reasons.push("title");
  if (options.renotify && !options.tag) reasons.push("renotify without tag");
  if (options.silent && options.vibrate !== undefined) reasons.push("silent with vibrate");
  if (!["body", "tag", "lang"].every((name) => isText(options[name]))) reasons.push("text");
  if (![undefined, "auto", "ltr", "rtl"].includes(options.dir)) reasons.push("dir");
  if (!["icon", "badge", "image"].every((name) => options[name] === undefined || URL.canParse(options[name]))) reasons.push("image");
  if (options.timestamp !== undefined && !(options.timestamp >= 0 && options.timestamp < Infinity)) reasons.push("timestamp");
  if (options.vibrate !== undefined && !options.vibrate.every(Number.isFinite)) reasons.push("vibrate");
  if (!(options.actions ?? []).every((/** @type {any} */ one) => typeof one.action === "string" && typeof one.title === "string")) reasons.push("actions");
  if ((options.actions ?? []).length > 2) reasons.push("too many actions");
  try {
    structuredClone(options.data);
  } catch {
    reasons.push("data");
  }
  return reasons;
}
