// A worker for one file, so that the list is next to nothing of its size.
module.exports = ({ route }) => ({
  globDirectory: "site",
  globPatterns: ["index.html"],
  swDest: "sizes/sw.js",
  sourcemap: false,
  ...(route && {
    navigationPreload: true,
    runtimeCaching: [
      { urlPattern: ({ request }) => request.mode === "navigate", handler: "NetworkFirst" },
      { urlPattern: /\.png$/, handler: "CacheFirst", options: { cacheName: "pictures", expiration: { maxEntries: 50 } } },
    ],
  }),
});
