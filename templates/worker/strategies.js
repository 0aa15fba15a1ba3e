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

/** Pages that were answered with a precached file. Their assets must be of the same build. */
const precachedClients = new Set();

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
  return storedCopy(request, plan, () => plan.purpose === "page" && precachedClients.add(resultingClientId));
}

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @returns {Promise<Response>}
 */
async function networkAnswer(event, { key, keep, purpose = "", belongs, maxEntries, maxAge }) {
  const { request } = event;
  const session = signOuts;
  // Firefox resolves a preload that failed where others reject it (https://github.com/GoogleChrome/workbox/issues/3134).
  const preloaded = await event.preloadResponse;
  const response = preloaded && preloaded.type !== "error" ? preloaded : await fetch(request);
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // What a host answers with for a file that is gone is no style.
  const isOfKind = purpose === "page" ? isPage : !(isPage && ASSETS.includes(purpose));
  if (keep && isOfKind && isStorable(request, response)) {
    event.waitUntil(store(keyRequest(key, request), response.clone(), session, belongs, maxEntries, maxAge));
  }
  return response;
}

/** @type {Record<StrategyName, (event: FetchEvent, plan: AnswerPlan) => Promise<Response | undefined>>} */
const STRATEGIES = {
  "network-only": networkAnswer,

  "network-first": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {})); // A late answer is still stored.
    try {
      return await (plan.timeout ? withTimeLimit(answer, plan.timeout) : answer);
    } catch {
      return (await storedAnswer(event, plan)) ?? answer;
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
