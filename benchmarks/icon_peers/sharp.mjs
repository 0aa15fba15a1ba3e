// The set with sharp alone, as its documentation does it: node sharp.mjs SOURCE FOLDER
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

const [source, folder] = process.argv.slice(2);
const { width } = await sharp(source).metadata();
const fitted = (size) => sharp(source, { density: (72 * size) / width }).resize(size, size, { fit: "contain", background: "#0000" });
const padded = async (size, share) => {
  const inner = Math.round(size * share);
  const background = "#fff";
  const input = await fitted(inner).toBuffer();
  return sharp({ create: { width: size, height: size, channels: 4, background } }).composite([{ input }]);
};
const png = (image) => image.png({ compressionLevel: 9 }).toBuffer();

/** An ICO of PNGs: sharp writes none. */
function ico(sizes, pictures) {
  const head = Buffer.alloc(6 + 16 * sizes.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(sizes.length, 4);
  let offset = head.length;
  for (const [at, size] of sizes.entries()) {
    head.set([size, size, 0, 0, 1, 0, 32, 0], 6 + 16 * at);
    head.writeUInt32LE(pictures[at].length, 14 + 16 * at);
    head.writeUInt32LE(offset, 18 + 16 * at);
    offset += pictures[at].length;
  }
  return Buffer.concat([head, ...pictures]);
}

await mkdir(folder, { recursive: true });
const sizes = [16, 32, 48];
const jobs = {
  "any-192.png": () => png(fitted(192)),
  "any-512.png": () => png(fitted(512)),
  "maskable-192.png": async () => png(await padded(192, 0.56)),
  "maskable-512.png": async () => png(await padded(512, 0.56)),
  "apple-180.png": async () => png(await padded(180, 0.8)),
  "favicon.ico": async () => ico(sizes, await Promise.all(sizes.map((size) => png(fitted(size))))),
};
await Promise.all(Object.entries(jobs).map(async ([name, make]) => writeFile(join(folder, name), await make())));
