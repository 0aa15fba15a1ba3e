// @serwist/cli: the list into a worker that is there already.
export default {
  globDirectory: "site",
  globPatterns: ["**/*.{html,css,js,png}"],
  swSrc: "serwist-source.js",
  swDest: "out/serwist.js",
};
