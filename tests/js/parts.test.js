import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";
import { declaredNames, partsTable, readPart, sectionsOf } from "./load-parts.js";

const table = Object.entries(partsTable());

test("every part is in a list", () => {
  const listed = table.flatMap(([, rows]) => rows.map(({ part }) => part));
  const files = ["page", "worker", "shared"].flatMap((folder) =>
    readdirSync(new URL(`../../templates/${folder}`, import.meta.url)).map((file) => `${folder}/${file}`),
  );
  assert.deepEqual(files.filter((file) => !listed.includes(file)), []);
});

for (const [script, rows] of table) {
  const parts = rows.map(({ part }) => part);

  test(`${script}: each part comes after those that it needs`, () => {
    for (const [index, { part, needs }] of rows.entries()) {
      assert.deepEqual(needs.filter((need) => parts.indexOf(need) >= index), [], part);
    }
  });

  test(`${script}: parts read no section of CONFIG that the script never gets`, () => {
    const sections = ["version", ...sectionsOf(script)];
    for (const part of parts) {
      // shared/outbox-rule.js asks with ?. for what may be off.
      const reads = Array.from(readPart(part).matchAll(/\bCONFIG\.(\w+)/g), ([, section]) => section);
      assert.deepEqual(reads.filter((section) => !sections.includes(section)), [], part);
    }
  });

  test(`${script}: no two parts declare the same name`, () => {
    // TypeScript lets a second function pass, and the last one would be everybody's.
    const names = parts.flatMap(declaredNames);
    assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
  });

  test(`${script}: no part declares what nobody uses`, () => {
    const words = new Map();
    for (const part of parts) {
      const code = readPart(part).replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
      for (const [word] of code.matchAll(/\w+/g)) words.set(word, (words.get(word) ?? 0) + 1);
    }
    const own = parts.filter((part) => part.startsWith(`${script}/`));
    assert.deepEqual(own.flatMap(declaredNames).filter((name) => words.get(name) === 1), []);
  });
}
