/**
 * A new build: noticed early, offered, and applied when the user agrees.
 *
 * "update" events say { state: "waiting" } when a new worker is ready to take over, and
 * { state: "applied" } when it has (see update-reload.js).
 */

/** How long the server may take, in milliseconds. Chromium's own answer may never come. */
const CHECK_TIME_LIMIT = 30_000;

let lastCheck = Date.now();

/**
 * Asks the server for a new build; rejects as the browser does.
 *
 * @returns {Promise<boolean>}  True if one is on its way or ready.
 */
async function checkForUpdate() {
  const registration = await registering;
  if (!registration) return false;
  lastCheck = Date.now();
  await withTimeLimit(registration.update(), CHECK_TIME_LIMIT);
  return Boolean(registration.active && (registration.installing || registration.waiting));
}

/** Lets the new build take over and reloads, at the second call if something is typed; false if there is none. */
async function applyUpdate() {
  const registration = await registering;
  const worker = registration?.waiting;
  if (!worker && !pageOutdated) return false;
  const dirty = hasUnsavedInput();
  reloadWanted = reloadHeld || !dirty;
  reloadHeld = dirty;
  // Its user may have stayed, where the page let the browser ask (beforeunload).
  reloading = false;
  if (worker) {
    // A page that isn't controlled, after a hard reload, is taken over by the new build as if by the first one.
    const { controller } = navigator.serviceWorker;
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated" && (reloadWanted || !controller)) moveToNewBuild();
    });
    worker.postMessage({ pwagen: "skip-waiting" });
  } else moveToNewBuild();
  return true;
}

Object.assign(api, {
  update: {
    check: () =>
      checkForUpdate().catch(async (error) => {
        throw await namedError("NetworkError", "updateCheck", error);
      }),
    apply: applyUpdate,
  },
});

controls.set("unsaved", {
  state: () => (reloadHeld && hasUnsavedInput() ? "held" : "none"),
});

controls.set("update", {
  async state() {
    const registration = await knownRegistration();
    const ready = pageOutdated || (registration?.active && registration.waiting);
    return ready ? "ready" : "none";
  },
  act: applyUpdate,
  show(element, state) {
    showIfUseful(element, state === "ready");
  },
});
