// Decides how a request is answered: by the rules of pwagen.yaml, else by our own.

/** @param {string} source */
const pattern = (source) => new RegExp(source, "u");

const NEVER = CONFIG.offline.never.map(pattern);
const ROUTES = CONFIG.offline.routes.map((route) => ({ ...route, match: pattern(route.match), rule: `offline.routes ${route.match}` }));
const IGNORED_PARAMS = pattern(CONFIG.offline.ignoreParams);

/**
 * A name that changes with the content, e.g. app.3f9ac21b.css or index-BxYz12Ab.js: eight and more hexadecimal
 * digits, or eight of base64url. Dates, IMG_2024 and Chapter1 are no such names. The same as in hosting/.
 */
const FINGERPRINT =
  /(?:(?:^|[/._-])(?=[a-f]*[0-9]+[a-f]+[0-9]|[0-9]*[a-f]+[0-9]+[a-f])[0-9a-f]{8,}|[.-](?=[0-9A-Za-z_]*[0-9][A-Za-z])(?=[0-9A-Za-z_]*[A-Z])[0-9A-Za-z_]{6}(?:[0-9A-Za-z_][A-Za-z_]|[A-Za-z_][0-9A-Za-z_]))(?:\.[0-9A-Za-z_]+)*\.(?:css|js|mjs|wasm|woff2?|png|jpe?g|gif|webp|avif|svg)$/;

/**
 * The URL without fragment and without parameters that don't matter.
 *
 * @param {string} url
 */
function cacheKey(url) {
  const key = new URL(url);
  key.hash = "";
  for (const name of [...key.searchParams.keys()]) {
    if (IGNORED_PARAMS.test(name)) key.searchParams.delete(name);
  }
  return key.href;
}

/**
 * Whether a URL opens the app at a page whose content doesn't depend on the query (launch-urls.js).
 *
 * @type {(url: string) => boolean}
 */
let isLaunch = () => false;

/** @typedef {Partial<AnswerPlan> & { rule: string, strategy: StrategyName }} AnswerRoute */

/** @type {((url: string) => AnswerRoute | undefined)[]} Asked in this order; parts add theirs. */
const routeFinders = [
  (url) => {
    const path = pathBelowBase(url);
    return path === undefined ? undefined : ROUTES.find(({ match }) => match.test(path));
  },
];

/** @param {string} url */
function routeOf(url) {
  for (const find of routeFinders) {
    const route = find(url);
    if (route) return route;
  }
  return undefined;
}

/**
 * The app's page for an address of which the server has no file (app-shell.js).
 *
 * @type {(key: string) => Partial<AnswerPlan> | undefined}
 */
let shellOf = () => undefined;

/**
 * How to answer a request; undefined if that is the browser's own business.
 *
 * @param {Pick<Request, "method" | "url" | "mode" | "destination" | "headers">} request
 * @param {boolean} [fromStore]  the request is that of a page that has files of this build from the store
 * @returns {AnswerPlan | undefined}
 */
function planFor(request, fromStore = false) {
  const { method, url, destination, headers } = request;
  // Neither what changes something, nor what has no end, nor other sites.
  const isEndless = /event-stream/.test(headers.get("Accept") ?? "");
  if (method !== "GET" || isEndless || new URL(url).origin !== self.location.origin) return;
  const key = cacheKey(url);
  const path = pathBelowBase(key);
  const purpose = purposeOf(request);
  const page = purpose === "page";
  const isAsset = ASSETS.includes(destination);
  const entry = precachedEntry(key, !page || isLaunch(url));
  const { timeout } = CONFIG.offline;
  const isStored = entry && (page || isAsset);
  // Not left to the browser if it is a page: that would fetch it again, beside the preload.
  const never = !isStored && path !== undefined && NEVER.find((each) => each.test(path));
  if (never) return { rule: `offline.never ${never.source}`, strategy: page ? "network-only" : undefined, key };
  const rule = entry ? `offline.precache ${entry[0]}` : "kept as it is met";
  if (headers.has("Range")) return entry && { rule, strategy: "cache-first", key, entry };
  const route = routeOf(key);
  if (route?.strategy === "network-only" && !page) return { rule: route.rule, key };
  const belongs = (/** @type {string} */ stored) => routeOf(stored) === route;
  if (route) return { timeout, ...route, key, purpose, entry, keep: true, belongs, isRoute: true };
  const shell = page && !precachedEntry(key, true) && shellOf(key);
  if (shell) return { rule: "offline.app_shell", strategy: "network-first", key, purpose, timeout, ...shell };
  // register.more.js has this build's version as its query: a page must not get another build's.
  const isFixed = !page && (FINGERPRINT.test(new URL(key).pathname) || new URL(url).search === `?${CONFIG.version}`);
  if (entry && !page && (fromStore || isFixed)) return { rule, strategy: "cache-first", key, entry };
  const strategy = isFixed ? "cache-first" : "network-first";
  // Data may be another with another query: the file is for a time without a network alone.
  if (entry && !page && !isAsset) return { rule, strategy, key, purpose, entry };
  if (isAsset || page) return { rule, strategy, key, purpose, entry, keep: !entry, belongs, timeout, ifLasting: (isFixed && !entry) || undefined };
  return FALLBACKS[purpose] ? { rule: "offline.fallbacks", strategy: "network-only", key, purpose } : undefined;
}

/** Addresses for which the browser is to ask who the user is: it does so for requests of its own alone. */
const logIns = new Set();

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 */
async function answer(event, plan) {
  const { request, clientId, resultingClientId: id } = event;
  const isNavigation = request.mode === "navigate";
  // Its files need not ask a page that is still to come. A redirect asks for the same one again. What a page's worker
  // loads is of the page's build.
  if (id) pageBuilds.set(id, isNavigation ? { asked: Promise.resolve() } : pageBuild(clientId));
  if (isNavigation) event.waitUntil(learnBuild(id));
  const own = ASSETS.includes(request.destination) && (await ownFile(event, plan));
  if (own) return partOf(request, own);
  const response = await STRATEGIES[/** @type {StrategyName} */ (plan.strategy)](event, plan).catch(() => undefined);
  if (isNavigation && response?.status === 401 && response.headers.has("WWW-Authenticate")) {
    logIns.add(request.url);
    return Response.redirect(request.url);
  }
  // Better than none: the page without its query.
  const file = !response && plan.purpose === "page" && precachedEntry(plan.key, true);
  return partOf(request, response ?? ((file && (await precachedResponse(file, plan.key))) || (await fallback(plan.purpose))));
}

/**
 * Whether a stored answer is for what this build has a file for: an earlier build's page would be shown
 * with this one's styles and scripts.
 *
 * @param {string} url
 */
function isSuperseded(url) {
  const isFile = /\.(?!html?$)\w+$/.test(new URL(url).pathname);
  return !!precachedEntry(url, isFile || isLaunch(url));
}

/** Deletes what was met of earlier versions and is a file of this one. */
async function dropSuperseded() {
  for (const name of RUNTIME_CACHES) {
    if (!(await caches.has(name))) continue; // Opening it would make it.
    await dropOldest(await caches.open(name), (stored) => stored, isSuperseded);
  }
}

onEvent("activate", dropSuperseded);

responders.push((event) => {
  const { request, clientId } = event;
  if (logIns.delete(request.url)) return undefined;
  const plan = planFor(request, pageBuilds.get(clientId)?.isStored);
  return plan && { ...plan, stored: () => storedCopy(request, plan), answer: plan.strategy && (() => answer(event, plan)) };
});

/** Keeps the pages of the first visit, which no worker has seen: as the browser has them, without asking again. */
async function keepFirstPages() {
  if (!isFirst) return;
  for (const { url } of await appWindows()) {
    const request = new Request(url, { headers: { Accept: "text/html" } });
    const plan = planFor({ url, method: "GET", mode: "navigate", destination: "document", headers: request.headers });
    if (!plan?.keep || plan.entry || plan.strategy === "network-only") continue;
    const response = await fetch(request, { cache: "only-if-cached", mode: "same-origin" });
    if (isStorable(request, response, plan.refused)) await keepAnswer(plan, request, response, signOuts);
  }
}

onEvent("activate", () => keepFirstPages().catch(() => {}));
