/** Runs every file of tests in this one process: `node all-tests.js`. */

import { readdirSync } from "node:fs";

const names = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".test.js"));
for (const name of names.sort()) await import(`./${name}`);
