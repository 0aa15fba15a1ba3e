/** The worker that earlier visits have left, ours or another's. */

/** What the worker is registered for: its folder, or one above it that app.scope names. */
const SCOPE = widerScope(CONFIG.scope || ".");

/** @type {ServiceWorkerRegistration | null} */
let latestRegistration = null;

/** @type {Promise<unknown>} Until an earlier visit's registration has been looked up. */
let located = Promise.resolve();

/** @param {string} scope  As in the manifest, which lies beside register.js. */
function widerScope(scope) {
  const { origin, pathname } = new URL(scope, BASE);
  return BASE.startsWith(origin + pathname) ? origin + pathname : BASE;
}

/** What can be known without waiting for a first visit's registration: states are shown at once. */
async function knownRegistration() {
  await located;
  return latestRegistration;
}

/** @param {ServiceWorkerContainer | null} container */
async function findRegistration(container) {
  const found = await container?.getRegistration(BASE).catch(() => undefined);
  const worker = found && (found.active || found.waiting || found.installing);
  if (!found || !worker || ![SCOPE, BASE].includes(found.scope)) return;
  if (sameScript(worker)) latestRegistration = found;
  else reportOtherWorker(worker);
}

/**
 * Two workers on one scope replace each other on every visit.
 *
 * @param {ServiceWorker} worker
 */
function reportOtherWorker({ scriptURL }) {
  const remedy = "Remove the code that registers it, or the two replace each other on every visit.";
  reportFailure(namedError("OtherWorkerError", `${scriptURL} was registered for ${SCOPE}; ${workerUrl} replaces it now. ${remedy}`));
}

/** @param {ServiceWorker | null} worker */
function sameScript(worker) {
  return worker !== null && worker.scriptURL === workerUrl;
}
