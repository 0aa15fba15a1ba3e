// Tells in the DevTools console which rule answers a URL.

/** What a URL is most likely asked for as, by the end of its path; else by code. */
const DESTINATIONS = /** @type {[RegExp, RequestDestination][]} */ ([
  [/(^|\/)[^.]*$|\.html?$/, "document"],
  [/\.css$/, "style"],
  [/js$/, "script"],
  [/woff2?$/, "font"],
  [/png|jpe?g|gif|webp|avif|svg/, "image"],
]);

/** Asks the parts as a request of the window that was last in front would, but fetches and answers nothing. */
workerApi.explain = async (/** @type {string} */ relative, as) => {
  const { href: url, pathname } = new URL(relative, BASE);
  const destination = as ?? DESTINATIONS.find(([end]) => end.test(pathname))?.[1] ?? "";
  const mode = destination === "document" ? "navigate" : "no-cors";
  const request = { url, method: "GET", mode, destination, headers: new Headers() };
  const client = (await appWindows())[0];
  const matches = matchesFor(/** @type {any} */ ({ request, clientId: client?.id }));
  const rules = matches.map(async ({ answer, stored, ...match }) => ({ by: answer ? "worker" : "browser", ...match, stored: await stored?.() }));
  return { url, as: destination, rules: await Promise.all(rules) };
};
