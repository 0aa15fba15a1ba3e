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
 * @property {string} [cache]  the beginning of its name, RUNTIME_CACHE by default
 * @property {RegExp[]} [refused]  as isStorable takes it
 * @property {(answer: Response, stored: () => Promise<Response | undefined>) => Promise<void>} [onAnswer]
 * @property {boolean} [ifLasting]  the name says that the content never changes; the stored response has to say so, too
 * @property {boolean} [isRoute]  a route of pwagen.yaml says so: any kind of file may be a page's answer
 * @property {string} [shell]  the file that stands for all addresses of the app
 */

/** What is kept when it is met, by its purpose. */
const ASSETS = ["worker", "sharedworker", "style", "script", "font", "image"];

/**
 * By these headers frameworks ask for a part of a page, or for its data, at the page's own address: htmx, Turbo, Inertia,
 * Unpoly, pjax, Alpine AJAX, React Server Components. Others, such as HX-Current-URL, say where they ask from.
 */
const PART_HEADERS = /^(hx-(req|tar)|turbo-f|x-(inertia|up-t|pjax|requested|alpine)|rsc$)/;

/**
 * Whether a script asks, and not the page itself or for a file of it.
 *
 * @param {string} [purpose]
 */
const isData = (purpose = "") => purpose !== "page" && !ASSETS.includes(purpose);

/** @param {AnswerPlan} plan */
const cacheName = ({ purpose, cache = RUNTIME_CACHE }) => cache + (isData(purpose) ? DATA : "");

/**
 * What a response is stored under: with the headers, because it may vary by them.
 *
 * @param {AnswerPlan} plan
 * @param {Pick<Request, "headers">} request
 */
function keyRequest({ key, purpose }, { headers }) {
  const url = new URL(key);
  let [part = ""] = /html|turbo-stream/.exec(headers.get("Accept") ?? "") ?? [];
  for (const [name, value] of headers) {
    if (PART_HEADERS.test(name)) part += name + value;
  }
  if (part && isData(purpose)) url.searchParams.set("pwagen-part", part);
  return new Request(url, { headers });
}

/**
 * What was kept as it was met, unless it has expired; else the file of this build.
 *
 * @param {Request} request
 * @param {AnswerPlan} plan
 */
async function storedCopy(request, plan) {
  const { key, entry, keep, maxAge } = plan;
  const met = keep && (await caches.match(keyRequest(plan, request), { cacheName: cacheName(plan) }));
  if (met && !isExpired(met, maxAge, Date.now())) return met;
  if (!entry) return;
  const file = await precachedResponse(entry, key);
  if (!file) heal(true);
  return file;
}

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @returns {Promise<Response | undefined>}
 */
async function storedAnswer({ request, resultingClientId }, plan) {
  const stored = await storedCopy(request, plan);
  if (stored && plan.purpose === "page") noteStoredPage(resultingClientId, stored);
  return stored;
}

/**
 * @param {FetchEvent} event
 * @param {AnswerPlan} plan
 * @returns {Promise<Response>}
 */
async function networkAnswer(event, plan) {
  const { keep, purpose = "", isRoute, shell } = plan;
  const { request } = event;
  const session = signOuts;
  // Firefox resolves a preload that failed where others reject it (https://github.com/GoogleChrome/workbox/issues/3134).
  const preloaded = await event.preloadResponse;
  // Of a shell's addresses the server knows nothing, but it may lead elsewhere.
  const isUsable = preloaded && preloaded.type !== "error" && (!shell || preloaded.ok || preloaded.type === "opaqueredirect");
  const response = isUsable ? preloaded : await fetch(shell ?? request);
  noteAnswer(event, plan, response);
  const isPage = /html/.test(response.headers.get("Content-Type") ?? "");
  // What a host answers with for a file that is gone is no style.
  const isAsset = ASSETS.includes(purpose);
  const isOfKind = purpose === "page" ? isPage || isRoute : !(isPage && isAsset);
  // A page, data, or the pictures of a camera. What is copied goes through this worker to its end.
  const mayBeEndless =
    (!isAsset || purpose === "image") && response.status === 200 && !response.redirected && !response.headers.has("Content-Length");
  const shown = mayBeEndless ? until(response, makeWay.signal) : response;
  if (keep && isOfKind && isStorable(request, response, plan.refused)) {
    const copy = shown.clone();
    const kept = keepAnswer(plan, request, mayBeEndless ? until(copy, AbortSignal.timeout(KEEP_TIME_LIMIT)) : copy, session);
    event.waitUntil(kept);
  }
  await plan.onAnswer?.(response, () => storedCopy(request, plan));
  return shown;
}

/** Aborted when the next build, which was let in a while ago, still waits for what this worker answers. */
let makeWay = new AbortController();

messageHandlers["make-way"] = () => {
  makeWay.abort();
  makeWay = new AbortController(); // of what is asked for from now on
  return { done: true };
};

/**
 * An answer that ends with an error if it is still coming when the signal comes.
 *
 * @param {Response} response
 * @param {AbortSignal} signal
 */
const until = (response, signal) => new Response(response.body?.pipeThrough(new TransformStream(), { signal }), response);

/**
 * Stores an answer that isStorable.
 *
 * @param {AnswerPlan} plan
 * @param {Request} request
 * @param {Response} response  nobody else's: it is read to its end
 * @param {number} session  signOuts when it was asked for
 */
const keepAnswer = (plan, request, response, session) =>
  store(keyRequest(plan, request), response, session, plan.belongs, plan.maxEntries, plan.maxAge, cacheName(plan));

/**
 * Whether an answer is for somebody who isn't signed in. A redirect leads to a log-in, most likely.
 *
 * @param {Response} answer
 */
const isLogInWanted = ({ type, status }) => type === "opaqueredirect" || status === 401 || status === 403;

/** How long an answer of unknown length may take to be stored, in milliseconds. */
const KEEP_TIME_LIMIT = 30_000;

/** For how long a page is waited for after something was sent, in milliseconds. */
const SENT_PAUSE = 60_000;

/**
 * Whether a page is asked for anew: an older one, shown because the network is slow, would be taken for the answer.
 *
 * @param {Request & { isReloadNavigation?: boolean }} request
 */
const isAskedAnew = ({ cache, isReloadNavigation }) =>
  isReloadNavigation || /reload|no-cache/.test(cache) || Date.now() - lastSent < SENT_PAUSE;

/**
 * Tells a page that it came from the store, and when the network has one after all.
 *
 * @param {string} id
 * @param {{ state: "stored" | "fresh", redirected?: boolean }} detail
 */
async function tellPage(id, detail) {
  const page = await pageToCome(id);
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
  const { clientId, resultingClientId: id } = event;
  const isPage = plan.purpose === "page";
  const stored = (isPage || (await mayGetStored(clientId, answer))) && (await storedCopy(event.request, plan));
  if (!stored) return undefined;
  if (!isPage) {
    if (!isMet(stored)) pageBuild(clientId).isStored = true;
    return stored;
  }
  // Made for each request, and not to be shown as if it were of this one.
  if (plan.keep && /no-cache/i.test(stored.headers.get("Cache-Control") ?? "")) {
    const late = await answer.catch(() => undefined);
    if (late) return late;
  }
  noteStoredPage(id, stored);
  event.waitUntil(tellPage(id, { state: "stored" }));
  const tellFresh = (/** @type {Response} */ fresh) => /** @type {any} */ (fresh.status < 500 && tellPage(id, { state: "fresh", redirected: isLogInWanted(fresh) }));
  event.waitUntil(answer.then(tellFresh, () => {}));
  return stored;
}

/** @type {Record<StrategyName, (event: FetchEvent, plan: AnswerPlan) => Promise<Response | undefined>>} */
const STRATEGIES = {
  "network-only": networkAnswer,

  "network-first": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {})); // A late answer is still stored.
    const usable = answer.then((response) => (isGatewayError(response) ? Promise.reject(response) : response));
    const waits = !plan.timeout || (plan.purpose === "page" && isAskedAnew(event.request));
    try {
      return await (waits ? usable : withTimeLimit(usable, plan.timeout ?? 0));
    } catch {
      return (await insteadOf(event, plan, usable)) || answer;
    }
  },

  "cache-first": async (event, plan) => {
    const stored = await storedAnswer(event, plan);
    if (stored && (!plan.ifLasting || isLasting(stored))) return stored;
    return STRATEGIES[plan.ifLasting ? "network-first" : "network-only"](event, plan);
  },

  "stale-while-revalidate": async (event, plan) => {
    const answer = networkAnswer(event, plan);
    event.waitUntil(answer.catch(() => {}));
    return (await storedAnswer(event, plan)) ?? answer;
  },

  "cache-only": storedAnswer,
};
