/** The worker that earlier visits have left, ours or another's. */

/** What the worker may be registered for: its folder, and one above it that app.scope names. */
const scopes = [BASE];

/** @type {ServiceWorkerRegistration | null} */
let latestRegistration = null;

/** @type {Promise<unknown>} Until an earlier visit's registration has been looked up. */
let located = Promise.resolve();

/** What can be known without waiting for a first visit's registration: states are shown at once. */
async function knownRegistration() {
  await located;
  return latestRegistration;
}

/** @param {ServiceWorkerContainer | null} container */
async function findRegistration(container) {
  const found = await container?.getRegistration(BASE).catch(() => undefined);
  const worker = found && (found.active || found.waiting || found.installing);
  if (!found || !worker || !scopes.includes(found.scope)) return;
  if (sameScript(worker)) latestRegistration = found;
  // Two workers on one scope replace each other on every visit.
  else reportFailure(more().then(({ otherWorkerError }) => otherWorkerError(worker.scriptURL), () => namedError("OtherWorkerError")));
}

/** @param {ServiceWorker | null} worker */
function sameScript(worker) {
  return worker !== null && worker.scriptURL === workerUrl;
}
