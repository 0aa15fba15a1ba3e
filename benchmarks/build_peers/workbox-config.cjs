// workbox-cli: a worker with the list in it, bundled from Workbox's own modules.
module.exports = {
  globDirectory: "site",
  globPatterns: ["**/*.{html,css,js,png}"],
  swDest: "out/sw.js",
};
