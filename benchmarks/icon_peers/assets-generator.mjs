// The set with @vite-pwa/assets-generator: node assets-generator.mjs SOURCE FOLDER
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { generateAssets } from "@vite-pwa/assets-generator/api/generate-assets";
import { instructions } from "@vite-pwa/assets-generator/api/instructions";

const [source, folder] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const instruction = await instructions({
  imageResolver: () => readFile(source),
  imageName: "logo.svg",
  faviconPreset: "default",
  preset: {
    transparent: { sizes: [192, 512], padding: 0, favicons: [[48, "favicon.ico"]] },
    maskable: { sizes: [192, 512], padding: 0.44 },
    apple: { sizes: [180], padding: 0.2 },
    assetName: (type, { width }) => `${type === "transparent" ? "any" : type}-${width}.png`,
  },
  htmlLinks: { xhtml: false, includeId: false },
  basePath: "/",
  resolveSvgName: (name) => name,
});
await generateAssets(instruction, true, folder);
