/** Parts as the browser gets them: one after the other into one classic scope. */

import { readFileSync } from "node:fs";
import vm from "node:vm";

const templates = new URL("../../templates/", import.meta.url);

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
  for (const name of names) vm.runInContext(readPart(name), context, { filename: name });
  return (expression) => vm.runInContext(expression, context);
}

/** @param {string} name */
export function readPart(name) {
  return readFileSync(new URL(name, templates), "utf8");
}

/** The table of parts, as the generator reads it. */
export function partsTable() {
  return JSON.parse(readPart("parts.json"));
}

/** The code of a part without its comments. @param {string} part */
export function partCode(part) {
  return readPart(part).replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

/** What a part declares for the others. @param {string} part */
export function declaredNames(part) {
  const declarations = readPart(part).matchAll(/^(?:(?:async )?function\*?|const|let|class) (\w+)/gm);
  return Array.from(declarations, ([, name]) => name);
}
