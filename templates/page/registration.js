/** Registers sw.js, and answers `pwagen.ready` whatever happens: unlike serviceWorker.ready it never hangs. */

/** How long the page's own loading may hold the registration up, in milliseconds. */
const LONGEST_LOAD = 3000;

/** @type {Promise<ServiceWorkerRegistration | null>} There once the browser has accepted sw.js, active or not. */
let registering = Promise.resolve(null);

/**
 * Registers for the folder of sw.js.
 *
 * @param {ServiceWorkerContainer} container
 * @param {string} [scope]
 */
let registerIn = (container, scope = BASE) =>
  // "none": imported hook files are fetched anew as well, and no HTTP cache holds an update back.
  container.register(/** @type {string} */ (trustedUrl(workerUrl)), { scope, updateViaCache: "none" });

/** @returns {Promise<ServiceWorkerRegistration | null>} */
async function registerWorker() {
  const container = workerContainer();
  located = findRegistration(container);
  await located;
  if (!latestRegistration) await pageLoaded();
  if (!container) {
    // An old browser or a private window is nobody's mistake, plain http is.
    if (!isSecureContext) reportFailure(namedError("InsecureContextError"));
    return null;
  }
  const violation = watchPolicyViolations();
  try {
    latestRegistration = await registerIn(container);
    violation();
  } catch (error) {
    await reportFailure(explainedFailure(error, await violation()));
    return null;
  }
  refreshStates();
  leaveOtherScopes(container, latestRegistration).catch(reportFailure);
  return latestRegistration;
}

/**
 * @param {unknown} error
 * @param {string | undefined} directive
 */
function explainedFailure(error, directive) {
  return more().then(
    ({ diagnoseRegistration }) => diagnoseRegistration(error, directive, urlPolicyRefused),
    () => namedError("RegistrationError", urlPolicyRefused ? TRUSTED_TYPES_REMEDY : `${workerUrl}: ${Object(error).message}`, error),
  );
}

/**
 * Once app.scope has changed or the header is there, an earlier registration would go on getting pushes of its own.
 *
 * @param {ServiceWorkerContainer} container
 * @param {ServiceWorkerRegistration} current
 */
async function leaveOtherScopes(container, { scope }) {
  for (const one of await container.getRegistrations()) {
    if (one.scope !== scope && sameScript(one.active)) await one.unregister();
  }
}

/** On a first visit the worker's downloads wait for the page's own. */
function pageLoaded() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    addEventListener("load", resolve, { once: true });
    setTimeout(resolve, LONGEST_LOAD);
  });
}

/**
 * The registration once it has an active worker, null if there is none or it fails to install.
 *
 * @param {ServiceWorkerRegistration | null} registration
 * @returns {Promise<ServiceWorkerRegistration | null>}
 */
function whenActive(registration) {
  const worker = registration && (registration.installing || registration.waiting);
  if (!registration || !worker || sameScript(registration.active)) return Promise.resolve(registration);
  return new Promise((resolve) => {
    const onStateChange = () => {
      if (worker.state !== "activated" && worker.state !== "redundant") return;
      // Every worker becomes redundant some day: when the next build replaces it.
      worker.removeEventListener("statechange", onStateChange);
      if (worker.state === "activated") return resolve(registration);
      reportFailure(namedError("RegistrationError", `${workerUrl} could not be installed, so the app works online only.`));
      return resolve(null);
    };
    worker.addEventListener("statechange", onStateChange);
  });
}

startSteps.push(() => {
  registering = registerWorker();
  Object.assign(api, { ready: registering.then(whenActive) });
});
