// The list alone, by the function that both libraries call getManifest: node manifest.mjs PACKAGE
import { mkdir, writeFile } from "node:fs/promises";

const { getManifest } = await import(process.argv[2]);
const globPatterns = ["**/*.{html,css,js,png}"];
const { manifestEntries } = await getManifest({ globDirectory: "site", globPatterns });
await mkdir("out", { recursive: true });
await writeFile("out/manifest.json", JSON.stringify(manifestEntries));
