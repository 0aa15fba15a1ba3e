/** Parts as the browser gets them: one after the other into one classic scope. */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const templates = new URL("../../templates/", import.meta.url);

/** What runs: the parts as they are written, or as a minifier left them in the folder that PARTS names. */
const running = process.env.PARTS ? pathToFileURL(`${process.env.PARTS}/`) : templates;

/**
 * Runs parts in a fresh global scope that has only what is given, and returns a way to reach the names
 * in it. Meant for their pure functions: what needs a browser is tested in one.
 *
 * @param {string[]} names  e.g. "page/push-key.js"
 * @param {object} [scope]  what the scope has beside JavaScript itself, e.g. CONFIG
 * @returns {(expression: string) => any}
 */
export function loadParts(names, scope = {}) {
  const context = vm.createContext({ URL, ...scope });
  for (const name of names) vm.runInContext(readFileSync(new URL(name, running), "utf8"), context, { filename: name });
  return (expression) => vm.runInContext(expression, context);
}

/** @param {string} name */
export function readPart(name) {
  return readFileSync(new URL(name, templates), "utf8");
}

/** @typedef {{part: string, section?: string | null, needs: string[]}} Row  section: null is always on, none is needed alone */

/**
 * The parts of each script in the order of the output, as pwagen/artifacts/scripts/features.py takes them
 * from the table.
 *
 * @returns {Record<string, Row[]>}
 */
export function partsTable() {
  const { features, needs } = JSON.parse(readPart("features.json"));
  return Object.fromEntries(
    ["worker", "page", "more"].map((script) => {
      /** @type {Map<string, Row>} */
      const rows = new Map();
      const add = (/** @type {string} */ part) => {
        if (rows.has(part)) return;
        for (const need of needs[part] ?? []) add(need);
        rows.set(part, { part, needs: needs[part] ?? [] });
      };
      for (const feature of features) {
        for (const part of feature[script] ?? []) {
          add(part);
          Object.assign(rows.get(part) ?? {}, { section: feature.section });
        }
      }
      return [script, [...rows.values()]];
    }),
  );
}

/** The sections that a script's CONFIG may have. @param {string} script @returns {string[]} */
export function sectionsOf(script) {
  const { features } = JSON.parse(readPart("features.json"));
  return features.filter((/** @type {any} */ row) => row.section && row[script]).map((/** @type {any} */ row) => row.section);
}

/** The code of a part without its comments. @param {string} part */
export function partCode(part) {
  return readPart(part).replace(/(?<!\*)\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

/** What a part declares for the others. @param {string} part */
export function declaredNames(part) {
  const declarations = readPart(part).matchAll(/^(?:(?:async )?function\*?|const|let|class) (\w+)/gm);
  return Array.from(declarations, ([, name]) => name);
}
