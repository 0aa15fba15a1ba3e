import js from "@eslint/js";
import globals from "globals";
import { declaredNames, partsTable } from "./load-parts.js";

/** @typedef {import("./load-parts.js").Row} Row */

const { worker, page, more } = partsTable();

/** The second page script has what the first one shares with it. */
const table = { worker, page, more: [...page, ...more] };

/**
 * What a part may use: the names of the parts that are in every script, of those that its section brings
 * along, and of those that it needs. Another part's may be there or not, as the config will have it.
 *
 * @param {Row[]} rows
 * @param {Row} row
 */
function namesFor(rows, row) {
  const always = rows.filter(({ section }) => section === null);
  const together = row.section ? rows.filter(({ section }) => section === row.section) : [];
  const there = new Set([...always, ...together, row].flatMap(({ part }) => [...withNeeds(rows, part)]));
  return [...there].flatMap(declaredNames);
}

/**
 * @param {Row[]} rows
 * @param {string} part
 * @param {Set<string>} [found]
 */
function withNeeds(rows, part, found = new Set()) {
  if (found.has(part)) return found;
  found.add(part);
  for (const need of rows.find((row) => row.part === part)?.needs ?? []) withNeeds(rows, need, found);
  return found;
}

const rules = {
  ...js.configs.recommended.rules,
  eqeqeq: "error",
  curly: ["error", "multi-line"],
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-script-url": "error",
  "no-var": "error",
  // A top-level name is for the other parts; the type check finds a misspelt one, parts.test.js an unused one.
  "no-unused-vars": ["error", { vars: "local", args: "after-used" }],
  // tdewolff-minify 2.24 joins declarations that follow each other and puts destructuring ones first, so that
  // with "const before = count; const [answer] = await …" the count would be read when the answer has come.
  "no-restricted-syntax": [
    "error",
    ...["const", "let"].map((kind) => ({
      selector:
        `VariableDeclaration[kind=${kind}] + VariableDeclaration[kind=${kind}]` +
        " > [id.type=/Pattern$/]:has(AwaitExpression)",
      message: "Minified, this waits before the declarations above are made: name what is waited for first.",
    })),
  ],
  // Declared by the other files of the list above, and by this one.
  "no-redeclare": "off",
  "no-restricted-properties": [
    "error",
    {
      object: "Math",
      property: "trunc",
      message: "Minified by tdewolff-minify 2.24 it is | 0: 0 for NaN, and wrong from 2 ** 31 on. Take number % 1 away.",
    },
    ...["innerHTML", "outerHTML", "insertAdjacentHTML", "write"].map((property) => ({
      property,
      message: "Set textContent: nothing from a config or a message may become markup.",
    })),
  ],
};

const environments = {
  page: { ...globals.browser, shared: "readonly" },
  more: { ...globals.browser, parts: "readonly", TEXTS: "readonly" },
  worker: globals.serviceworker,
  // What pages and workers both have.
  shared: Object.fromEntries(Object.entries(globals.browser).filter(([name]) => name in globals.serviceworker)),
};

/**
 * A part that several scripts list may use what it finds in each of them.
 *
 * @param {string} part
 */
function partConfig(part) {
  const [first, ...others] = Object.values(table).flatMap((rows) => {
    const row = rows.find((/** @type {Row} */ one) => one.part === part);
    return row ? [namesFor(rows, row)] : [];
  });
  const names = first.filter((/** @type {string} */ name) => others.every((found) => found.includes(name)));
  // Every script declares CONFIG and BASE, each in its own way.
  const parts = Object.fromEntries(["CONFIG", "BASE", ...names].map((name) => [name, "writable"]));
  return {
    files: [`templates/${part}`],
    languageOptions: {
      sourceType: "script",
      ecmaVersion: 2022,
      globals: { ...environments[part.split("/")[0]], ...parts },
    },
    rules,
  };
}

const listedParts = new Set(Object.values(table).flatMap((rows) => rows.map((/** @type {Row} */ { part }) => part)));

export default [
  ...Array.from(listedParts, partConfig),
  {
    files: ["templates/console/*.js"],
    ignores: ["templates/console/worker-events.js"],
    languageOptions: { sourceType: "module", ecmaVersion: 2022, globals: globals.browser },
    rules,
  },
  {
    files: ["templates/console/worker-events.js"],
    languageOptions: { sourceType: "script", ecmaVersion: 2022, globals: environments.worker },
    rules,
  },
  {
    files: ["**/tests/js/**/*.js"],
    languageOptions: { sourceType: "module", ecmaVersion: 2022, globals: globals.node },
    rules: js.configs.recommended.rules,
  },
];
