// The five ways to answer from the network and from what is stored.

/**
 * How a request is to be answered.
 *
 * @typedef {object} AnswerPlan
 * @property {string} rule  what decides that, in the terms of pwagen.yaml
 * @property {StrategyName} [strategy]  none: the browser asks the server, as if there were no worker
 * @property {string} [purpose]  what fallback may stand in for
 * @property {string} key  the URL without what doesn't matter
 * @property {PrecacheEntry} [entry]  the precached file that may answer
 * @property {boolean} [keep]  whether the network's answer is stored
 * @property {(url: string) => boolean} [belongs]  which stored URLs count for maxEntries
 * @property {number} [timeout]
 * @property {number} [maxEntries]
 * @property {number} [maxAge]
 */

/** What is kept when it is met, by its purpose. */
const ASSETS = ["style", "script", "font", "image"];

/**
 * What a response is stored under: with the headers, because it may vary by them.
 *
 * @param {string} key
 * @param {Request} request
 */
function keyRequest(key, { headers }) {
  return new Request(key, { headers });
}

/**
 * What was kept as it was met, unless it has expired; else the file of this build.
 *
 * @param {Request} request
 * @param {AnswerPlan} plan
 * @param {() => unknown} [onPrecached]
 */
async function storedCopy(request, { key, entry, keep, maxAge }, onPrecached) {
  const met = keep && (await caches.match(keyRequest(key, request), { cacheName: RUNTIME_CACHE }));
  if (met && !isExpired(met, maxAge, Date.now())) return met;
  if (!entry) return;
  onPrecached?.();
  return precachedResponse(entry, key);
}

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @returns {Promise<Response | undefined>}
 */
async function storedAnswer({ request, resultingClientId }, plan) {
  return storedCopy(request, plan, () => plan.purpose === "page" && pageBuilds.set(resultingClientId, { isStored: true }));
}

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @returns {Promise<Response>}
 */
async function networkAnswer(event, plan) {
  const { key, keep, purpose = "", belongs, maxEntries, maxAge } = plan;
  const { request } = event;
  const session = signOuts;
  // Firefox resolves a preload that failed where others reject it (https://github.com/GoogleChrome/workbox/issues/3134).
  const preloaded = await event.preloadResponse;
  const response = preloaded && preloaded.type !== "error" ? preloaded : await fetch(request);
  noteAnswer(event, plan, response);
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // What a host answers with for a file that is gone is no style.
  const isOfKind = purpose === "page" ? isPage : !(isPage && ASSETS.includes(purpose));
  if (keep && isOfKind && isStorable(request, response)) {
    event.waitUntil(store(keyRequest(key, request), response.clone(), session, belongs, maxEntries, maxAge));
  }
  return response;
}

/** What a proxy answers with for a server that it can't reach: nothing of that server's. */
const GATEWAY_ERRORS = [502, 503, 504];

/** For how long a page is waited for after something was sent, in milliseconds. */
const SENT_PAUSE = 60_000;

/**
 * Whether a page is asked for anew: an older one, shown because the network is slow, would be taken for the answer.
 *
 * @param {Request & { isReloadNavigation?: boolean }} request
 */
function isAskedAnew({ cache, isReloadNavigation }) {
  return isReloadNavigation || ["reload", "no-cache"].includes(cache) || Date.now() - lastSent < SENT_PAUSE;
}

/**
 * Tells a page that it came from the store, and when the network has one after all.
 *
 * @param {string} id
 * @param {{ state: "stored" | "fresh", redirected?: boolean }} detail
 */
async function tellPage(id, detail) {
  const page = await self.clients.get(id); // once it is there
  page?.postMessage({ pwagen: "page", detail });
}

/**
 * The stored answer where the network's is late or missing.
 *
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @param {Promise<Response>} answer  rejected: there is none
 */
async function insteadOf(event, plan, answer) {
  const { clientId } = event;
  if (plan.purpose !== "page") {
    if (!(await mayGetStored(clientId, answer))) return undefined;
    if (plan.entry) pageBuilds.set(clientId, { ...pageBuilds.get(clientId), isStored: true });
    return storedAnswer(event, plan);
  }
  const stored = await storedAnswer(event, plan);
  if (!stored) return undefined;
  // Made for each request, and not to be shown as if it were of this one.
  if (plan.keep && /no-cache/i.test(stored.headers.get("Cache-Control") ?? "")) {
    const late = await answer.catch(() => undefined);
    if (late) return late;
  }
  const { resultingClientId: id } = event;
  event.waitUntil(tellPage(id, { state: "stored" }));
  const tellFresh = (/** @type {Response} */ { type }) => tellPage(id, { state: "fresh", redirected: type === "opaqueredirect" });
  event.waitUntil(answer.then(tellFresh, () => {}));
  return stored;
}

/** @type {Record<StrategyName, (event: FetchEvent, plan: AnswerPlan) => Promise<Response | undefined>>} */
const STRATEGIES = {
  "network-only": networkAnswer,

  "network-first": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {})); // A late answer is still stored.
    const usable = answer.then((response) => (GATEWAY_ERRORS.includes(response.status) ? Promise.reject(response) : response));
    const waits = !plan.timeout || (plan.purpose === "page" && isAskedAnew(event.request));
    try {
      return await (waits ? usable : withTimeLimit(usable, plan.timeout ?? 0));
    } catch {
      return (await insteadOf(event, plan, usable)) || answer;
    }
  },

  "cache-first": async (event, plan) => (await storedAnswer(event, plan)) ?? networkAnswer(event, plan),

  "stale-while-revalidate": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {}));
    return (await storedAnswer(event, plan)) ?? answer;
  },

  "cache-only": storedAnswer,
};
