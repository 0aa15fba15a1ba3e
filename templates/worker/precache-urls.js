// Stores addresses that a server answers anew each time, before anybody has been there.

/** Of this build alone: an earlier worker goes on with what belongs to its styles and scripts. */
const URLS_CACHE = `${CACHE_PREFIX}urls-${CONFIG.version}`;

useCaches([URLS_CACHE, URLS_CACHE + DATA]);

const URLS = CONFIG.precacheUrls.map((url) => cacheKey(new URL(url, BASE).href));

/** One for all of them, behind those of pwagen.yaml. @type {AnswerRoute} */
const URLS_ROUTE = { rule: "offline.precache_urls", strategy: "network-first", cache: URLS_CACHE, maxEntries: URLS.length };

routeFinders.push((url) => (URLS.includes(url) ? URLS_ROUTE : undefined));

/** How many are asked for at a time: a server makes each of them, for all visitors of the day of a new build. */
const URLS_PARALLEL = 4;

/**
 * What stands in the way of storing an answer.
 *
 * @param {Response} response
 */
function obstacle({ type, status, headers }) {
  if (type === "opaqueredirect") return "it redirects";
  if (status !== 200) return `status ${status}`;
  const named = ["Cache-Control", "Vary"].flatMap((name) => (headers.has(name) ? `${name}: ${headers.get(name)}` : []));
  return `it is for one user (${named.join("; ")})`;
}

/**
 * Stores what the server answers at an address now, as the page, the file of a page or the data that it is. Without
 * cookies it is nobody's; under a personal route it is the user's own. A redirect, as to a log-in, is refused.
 *
 * @param {string} url
 */
async function storeUrl(url) {
  const request = new Request(url, { headers: { Accept: "text/html,*/*" }, redirect: "manual" });
  const plan = planFor({ url, method: "GET", mode: "navigate", destination: "document", headers: request.headers });
  if (!plan?.isRoute || plan.strategy === "network-only") return;
  const session = signOuts;
  const response = await fetch(request, {
    cache: "reload",
    credentials: plan.refused ? "same-origin" : "omit",
    signal: AbortSignal.timeout(KEEP_TIME_LIMIT), // also of an answer that has no end
  });
  const type = response.headers.get("Content-Type") ?? "";
  const isPage = /html/.test(type);
  const purpose = isPage ? "page" : /css|javascript|font|image/.test(type) ? "image" : undefined;
  if (!isStorable(request, response, plan.refused)) {
    void response.body?.cancel(); // A connection that nobody reads from is one less for what comes.
    throw new Error(obstacle(response));
  }
  await keepAnswer({ ...plan, purpose }, isPage ? request : new Request(url), response, session);
}

/** Without one of them the app is installed all the same. */
async function storeUrls() {
  const queue = URLS.values();
  const storeQueue = async () => {
    for (const url of queue) {
      await storeUrl(url).catch(({ message }) => console.warn(`pwagen: ${url} is not stored: ${message}.`));
    }
  };
  await Promise.all(Array.from({ length: URLS_PARALLEL }, storeQueue));
}

onEvent("install", storeUrls);
refill = () => Promise.all([fillPrecache(), storeUrls()]);

// What visits have brought since is the user's, and goes; what is nobody's comes again.
addHook("signed-out", () => void storeUrls());
const forget = messageHandlers["new-user"];
if (forget) messageHandlers["new-user"] = (...message) => Promise.resolve(forget(...message)).finally(() => void storeUrls());

// A page is opened with a query by the system, for one; without a network it is better than none.
for (const [name, strategy] of Object.entries(STRATEGIES)) {
  STRATEGIES[/** @type {StrategyName} */ (name)] = async (event, plan) => {
    const response = await strategy(event, plan).catch(() => undefined);
    if (response || plan.purpose !== "page") return response;
    return caches.match(withoutQuery(plan.key), { cacheName: URLS_CACHE, ignoreVary: true });
  };
}
