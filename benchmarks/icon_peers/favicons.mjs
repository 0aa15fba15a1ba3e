// The set with favicons: node favicons.mjs SOURCE FOLDER
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { favicons } from "favicons";

const [source, folder] = process.argv.slice(2);
const none = Object.fromEntries(
  ["android", "appleIcon", "appleStartup", "favicons", "windows", "yandex"].map((name) => [name, false]),
);
const android = (options) => [192, 512].map((size) => ({ name: `android-chrome-${size}x${size}.png`, ...options }));
const [plain, masked] = await Promise.all([
  favicons(source, {
    icons: {
      ...none,
      android: android({}),
      appleIcon: [{ name: "apple-touch-icon-180x180.png", offset: 10, background: "#fff" }],
      favicons: [{ name: "favicon.ico", sizes: [16, 32, 48].map((size) => ({ width: size, height: size })) }],
    },
  }),
  favicons(source, { icons: { ...none, android: android({ offset: 22, background: "#fff", transparent: false }) } }),
]);

await mkdir(folder, { recursive: true });
const write = (prefix) => ({ name, contents }) => {
  const size = name.match(/x(\d+)\.png$/)?.[1];
  return writeFile(join(folder, name.startsWith("apple") ? "apple-180.png" : size ? `${prefix}-${size}.png` : name), contents);
};
await Promise.all([...plain.images.map(write("any")), ...masked.images.map(write("maskable"))]);
