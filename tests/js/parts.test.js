import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";
import { declaredNames, partCode, partsTable, readPart } from "./load-parts.js";

/** @type {[string, {part: string, needs?: string[]}[]][]} */
const table = Object.entries(partsTable());

const { page, more } = partsTable();

/** The scripts, each as all of its parts; the second page script can use the first one's. */
const scripts = table.map(([script, rows]) => {
  const parts = rows.map(({ part }) => part);
  return { script, parts: script === "more" ? [...new Set([...page.map((/** @type {any} */ row) => row.part), ...parts])] : parts };
});

test("every part is in a list", () => {
  const listed = table.flatMap(([, rows]) => rows.map(({ part }) => part));
  const files = ["page", "more", "worker", "shared"].flatMap((folder) =>
    readdirSync(new URL(`../../templates/${folder}`, import.meta.url)).map((file) => `${folder}/${file}`),
  );
  assert.deepEqual(files.filter((file) => file.endsWith(".js") && !listed.includes(file)), []);
});

for (const [script, rows] of table) {
  const parts = rows.map(({ part }) => part);

  test(`${script}: a part comes once, and what it needs comes too`, () => {
    assert.equal(new Set(parts).size, parts.length);
    assert.deepEqual(rows.flatMap(({ needs = [] }) => needs).filter((need) => !parts.includes(need)), []);
  });
}

for (const { script, parts } of scripts) {
  // What the first page script declares may be for the second alone.
  const users = script === "page" ? [...parts, ...more.map((/** @type {any} */ { part }) => part)] : parts;
  test(`${script}: no two parts declare the same name`, () => {
    // TypeScript lets a second function pass, and the last one would be everybody's.
    const names = parts.flatMap(declaredNames);
    assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
  });

  test(`${script}: no part declares what nobody uses`, () => {
    const words = new Map();
    for (const part of users) {
      for (const [word] of partCode(part).matchAll(/\w+/g)) words.set(word, (words.get(word) ?? 0) + 1);
    }
    const own = parts.filter((part) => part.startsWith(`${script}/`));
    assert.deepEqual(own.flatMap(declaredNames).filter((name) => words.get(name) === 1), []);
  });
}

test("a variable that changes is not shared between the two page scripts", () => {
  // The second gets a copy of its value (shared_names in pwagen/artifacts/scripts/scripts.py).
  const variables = page.flatMap((/** @type {any} */ { part }) => Array.from(readPart(part).matchAll(/^let (\w+)/gm), ([, name]) => name));
  const words = new Set(more.flatMap((/** @type {any} */ { part }) => partCode(part).match(/\w+/g)));
  assert.deepEqual(variables.filter((/** @type {string} */ name) => words.has(name)), []);
});
