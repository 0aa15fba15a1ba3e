module.exports = {
  globDirectory: "dist/",
  globPatterns: ["**/*.{html,js,css,png,json}"],
  globIgnores: ["push.js"],
  swDest: "dist/sw.js",
  importScripts: ["push.js"],
  navigateFallback: "index.html",
  skipWaiting: true,
  sourcemap: false,
};
