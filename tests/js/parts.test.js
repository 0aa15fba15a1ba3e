import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";
import { declaredNames, partCode, partsTable, readPart, sectionsOf } from "./load-parts.js";

const table = Object.entries(partsTable());
const { page, more } = partsTable();
const inPage = page.map(({ part }) => part);
const inMore = more.map(({ part }) => part);

test("every part is in a list", () => {
  const listed = table.flatMap(([, rows]) => rows.map(({ part }) => part));
  const files = ["page", "more", "worker", "shared"].flatMap((folder) =>
    readdirSync(new URL(`../../templates/${folder}`, import.meta.url)).map((file) => `${folder}/${file}`),
  );
  assert.deepEqual(files.filter((file) => file.endsWith(".js") && !listed.includes(file)), []);
});

test("a part needs nothing that it doesn't use", () => {
  // ESLint finds what a part uses and doesn't need.
  const { needs } = JSON.parse(readPart("features.json"));
  for (const part of Object.keys(needs)) {
    const words = new Set(partCode(part).match(/\w+/g));
    const unused = needs[part].filter((/** @type {string} */ need) => !declaredNames(need).some((name) => words.has(name)));
    assert.deepEqual(unused, [], part);
  }
});

for (const [script, rows] of table) {
  const parts = rows.map(({ part }) => part);

  test(`${script}: each part comes after those that it needs`, () => {
    for (const [index, { part, needs }] of rows.entries()) {
      assert.deepEqual(needs.filter((need) => parts.indexOf(need) >= index), [], part);
    }
  });

  test(`${script}: parts read no section of CONFIG that the script never gets`, () => {
    const sections = ["version", ...sectionsOf(script === "more" ? "page" : script)];
    for (const part of parts) {
      // shared/outbox-rule.js asks with ?. for what may be off.
      const reads = Array.from(readPart(part).matchAll(/\bCONFIG\.(\w+)/g), ([, section]) => section);
      assert.deepEqual(reads.filter((section) => !sections.includes(section)), [], part);
    }
  });

  test(`${script}: no two parts declare the same name`, () => {
    // TypeScript lets a second function pass, and the last one would be everybody's.
    const together = script === "more" ? [...new Set([...inPage, ...parts])] : parts;
    const names = together.flatMap(declaredNames);
    assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
  });

  test(`${script}: no part declares what nobody uses`, () => {
    const words = new Map();
    // What the first page script declares may be for the second alone.
    for (const part of script === "page" ? new Set([...parts, ...inMore]) : parts) {
      for (const [word] of partCode(part).matchAll(/\w+/g)) words.set(word, (words.get(word) ?? 0) + 1);
    }
    const own = parts.filter((part) => part.startsWith(`${script}/`));
    assert.deepEqual(own.flatMap(declaredNames).filter((name) => words.get(name) === 1), []);
  });
}

test("a variable that changes is not shared between the two page scripts", () => {
  // The second gets a copy of its value (pwagen/artifacts/scripts/script_parts.py).
  const variables = inPage.flatMap((part) => Array.from(readPart(part).matchAll(/^let (\w+)/gm), ([, name]) => name));
  const words = new Set(inMore.flatMap((part) => partCode(part).match(/\w+/g)));
  assert.deepEqual(variables.filter((name) => words.has(name)), []);
});
