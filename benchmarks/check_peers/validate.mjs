// What @pwabuilder/manifest-validation says of a site's manifest: node validate.mjs FOLDER prints a line for each test.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validateManifest } from "@pwabuilder/manifest-validation";

let text = "";
try {
  text = readFileSync(join(process.argv[2], "manifest.json"), "utf8");
  const results = await validateManifest(JSON.parse(text), true);
  for (const { valid, member, category } of results) {
    if (!valid && category !== "optional") console.log(`${member} ${category}`);
  }
} catch (error) {
  console.log(error.message);
}
