import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { loadParts } from "./load-parts.js";
import { CONFIG, FOLDER, loadWorker } from "./worker-scope.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/languages.json", import.meta.url), "utf8"));

const ENGLISH = { options: { lang: "en", dir: "ltr" }, default: { title: "Harbour News", body: "New" }, actions: ["View"], sync: [{ title: "{count} new" }, {}] };
const ARABIC = { options: { lang: "ar", dir: "rtl" }, default: { title: "أخبار", body: "جديد" }, actions: ["عرض"], sync: [{ title: "{count} جديد" }, {}] };

/**
 * A worker that speaks English and Arabic.
 *
 * @param {string | undefined} language  of the page that was open last
 * @param {string[]} languages  the browser's
 */
async function workerOf(language, languages = ["sv"]) {
  const periodicSync = [{ tag: "a", notify: { title: "?" } }, { tag: "b" }];
  const sections = { ...structuredClone(CONFIG), periodicSync, translations: { en: ENGLISH, ar: ARABIC }, offlinePages: { en: "offline.html", ar: "offline.ar.html" } };
  const part = loadWorker(sections, { navigator: { languages }, fetch: async () => Promise.reject(new Error("offline")) });
  await part("storeUpdate")("language", () => language);
  return part;
}

test("the closest language is the one that Python finds, else the first", () => {
  const inLanguage = loadParts(["shared/language.js"])("inLanguage");
  for (const [wanted, available, found] of vectors) {
    const values = Object.fromEntries(available.map((/** @type {string} */ tag) => [tag, tag]));
    assert.equal(inLanguage(values, [wanted]), found ?? available[0], wanted);
  }
});

test("the first language that finds any decides", () => {
  const inLanguage = loadParts(["shared/language.js"])("inLanguage");
  const values = { en: "English", de: "German" };
  assert.equal(inLanguage(values, [undefined, "sv", "de-AT", "en"]), "German");
  assert.equal(inLanguage(values, [undefined, "", "sv"]), "English");
});

test("notifications follow the last page, then the browser, then the app", async () => {
  const table = [
    ["ar-EG", ["en"], "أخبار"],
    ["en", ["ar"], "Harbour News"],
    ["sv", ["ar-EG", "en"], "أخبار"],
    [undefined, ["sv", "ar"], "أخبار"],
    [undefined, ["sv"], "Harbour News"],
    [undefined, [], "Harbour News"],
  ];
  for (const [language, languages, title] of table) {
    const part = await workerOf(/** @type {any} */ (language), /** @type {any} */ (languages));
    await part("runHooks")("push", { notification: {} });
    assert.equal(part("notificationFrom")({}).title, title);
  }
});

test("a language takes the place of another without a trace", async () => {
  const part = await workerOf("ar");
  await part("runHooks")("push", { notification: {} });
  const { options } = part("notificationFrom")({});
  assert.deepEqual([options.body, options.dir, options.lang, options.actions[0].title], ["جديد", "rtl", "ar", "عرض"]);
  assert.equal(part("CONFIG").periodicSync[0].notify.title, "{count} جديد");
  await part("storeUpdate")("language", () => "en");
  await part("runHooks")("push", { notification: {} });
  const again = part("notificationFrom")({}).options;
  assert.deepEqual([again.body, again.dir, again.lang, again.actions[0].title], ["New", "ltr", "en", "View"]);
  assert.equal(part("CONFIG").periodicSync[0].notify.title, "{count} new");
});

test("a message's own words run as they are written, unless it says which way", async () => {
  const part = await workerOf("ar");
  const table = [
    [{ title: "T" }, "auto"],
    [{ body: "B" }, "auto"],
    [{ title: "T", dir: "ltr" }, "ltr"],
    [{ title: "" }, "rtl"],
    [{ title: ["T"], tag: "t" }, "rtl"],
  ];
  for (const [notification, dir] of table) {
    await part("runHooks")("push", { notification });
    assert.equal(part("notificationFrom")(notification).options.dir, dir, JSON.stringify(notification));
  }
});

test("the offline page follows the reader, and is looked for only when a page can't be had", async () => {
  const part = await workerOf("ar");
  const ask = (/** @type {object} */ plan, /** @type {any} */ preloadResponse) =>
    part("answer")({ request: { headers: new Headers() }, preloadResponse, waitUntil() {} }, { key: "https://example.com/k", strategy: "network-only", ...plan });
  const found = new Response("found", { headers: { "Content-Length": "5" } });
  assert.equal(await ask({ purpose: "page" }, Promise.resolve(found)), found);
  assert.equal(part("FALLBACKS").page, "offline.html");
  assert.equal((await ask({ purpose: "image" }, Promise.reject(new Error("offline")))).type, "error");
  assert.equal(part("FALLBACKS").page, "offline.html");
  await ask({ purpose: "page" }, Promise.reject(new Error("offline")));
  assert.equal(part("FALLBACKS").page, "offline.ar.html");
});

test("so does the page that says that a form was not sent", async () => {
  const part = await workerOf("ar");
  const form = { method: "POST", mode: "navigate", url: `${FOLDER}order`, headers: new Headers() };
  part("self").clients = { get: async () => ({ postMessage() {} }) };
  const { answer } = part("matchesFor")({ request: form, waitUntil() {} }).find((/** @type {any} */ match) => match.rule === "a form");
  await answer();
  assert.equal(part("FALLBACKS").page, "offline.ar.html");
});

test("the worker learns which language the page is in, and the sentences follow it", async () => {
  /** @type {[string, unknown][]} */
  const stored = [];
  let changed = () => {};
  const documentElement = { lang: "de-CH" };
  const scope = {
    TEXTS: { english: { UnsupportedError: "No.", UnknownError: "Something." }, languages: { en: {}, de: { UnsupportedError: "Nein." } } },
    document: { documentElement },
    parts: {},
    startSteps: [],
    MutationObserver: class {
      constructor(/** @type {() => void} */ callback) {
        changed = callback;
      }
      observe() {}
    },
    storeUpdate: (/** @type {string} */ key, /** @type {() => unknown} */ change) => stored.push([key, change()]),
  };
  const sentence = loadParts(["shared/language.js", "page/language.js", "more/texts.js"], scope)("sentence");
  /** @type {(() => void)[]} */ (scope.startSteps).forEach((step) => step());
  assert.deepEqual(["UnsupportedError", "UnknownError"].map((name) => sentence(name)), ["Nein.", "Something."]);
  for (const [lang, text] of [["en-GB", "No."], ["", "No."]]) {
    documentElement.lang = lang;
    changed();
    assert.equal(sentence("UnsupportedError"), text);
  }
  assert.deepEqual(stored, [["language", "de-CH"], ["language", "en-GB"]]);
});
