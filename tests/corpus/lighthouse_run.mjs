// What Lighthouse reports of sites: node lighthouse_run.mjs URL… prints an object, from URL to [audit, reason] pairs.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { resolve } = createRequire(join(process.cwd(), "package.json"));
const load = (name) => import(pathToFileURL(resolve(name)).href);
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");

const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox"], logLevel: "error" });
const options = { port: chrome.port, onlyCategories: ["pwa"], logLevel: "error" };
const reports = {};
try {
  for (const url of process.argv.slice(2)) {
    const { lhr } = await lighthouse(url, options);
    reports[url] = Object.values(lhr.audits).flatMap((audit) => reasons(audit));
  }
} finally {
  chrome.kill();
}
console.log(JSON.stringify(reports));

/** What an audit that fails says, each reason by itself. */
function reasons({ id, score, scoreDisplayMode, explanation, details }) {
  if (scoreDisplayMode === "error") return [[id, "error"]];
  if (score === null || score === 1) return [];
  const listed = details?.items?.map((item) => item.reason).filter(Boolean) ?? [];
  const failures = details?.items?.flatMap((item) => item.failures ?? []) ?? [];
  const all = listed.length ? listed : failures;
  return (all.length ? all : [explanation ?? ""]).map((reason) => [id, reason]);
}
