/** Notices a new build: at once when the browser has one, and by asking for it. */

/** How often the server is asked: each hour, and when the user comes back, but not at every switch of tabs. */
const CHECK_INTERVAL = 3_600_000;
const CHECK_PAUSE = 60_000;

/** @type {ServiceWorker | null} The new worker that "update" has been dispatched for. */
let offeredWorker = null;

/** @param {ServiceWorkerRegistration} registration */
function offerWaitingWorker(registration) {
  const { waiting, active } = registration;
  // Without an active worker this is the first installation.
  if (!waiting || !active || waiting === offeredWorker) return;
  offeredWorker = waiting;
  // Behind a worker that isn't ours there is no older build to wait for.
  if (CONFIG.update === "auto" || !sameScript(active)) waiting.postMessage({ pwagen: "skip-waiting" });
  else emit("update", { state: "waiting", dirty: hasUnsavedInput() });
  refreshStates();
}

/** @param {ServiceWorkerRegistration} registration */
function watchForUpdates(registration) {
  offerWaitingWorker(registration);
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", () => offerWaitingWorker(registration));
  });
  // Being offline is no news: nobody asked for these checks.
  const check = () => checkForUpdate().catch(() => false);
  const checkOnReturn = () => {
    if (document.visibilityState === "visible" && Date.now() - lastCheck > CHECK_PAUSE) check();
  };
  document.addEventListener("visibilitychange", checkOnReturn);
  addEventListener("focus", checkOnReturn);
  setInterval(check, CHECK_INTERVAL);
}

startSteps.push(() => {
  registering.then((registration) => registration && watchForUpdates(registration));
});
