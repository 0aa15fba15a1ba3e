/** What waits in the worker for a network: told, listed, and sent when there is one. */

/** How the outbox stands: empty, sending, queued, sent or failed. */
let outboxState = "empty";
let outboxWaiting = 0;

/** @type {Set<number>} Those that have come to nothing, and stay until somebody decides. */
const failedRequests = new Set();

/** How long the worker may be at a request without a word, in milliseconds. */
const LONGEST_SILENCE = 60_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let outboxTimer;

/** @type {PwagenOutbox} */
const outboxApi = {
  list: async () => (await askWorker({ pwagen: "outbox" }))?.entries ?? [],
  retry: (id) => askWorker({ pwagen: "replay", retry: id === undefined || Number(id) || 0 }).then(() => undefined),
  remove: (id) => askWorker({ pwagen: "outbox-remove", id: Number(id) || 0 }).then(() => undefined),
};
Object.assign(api, { outbox: outboxApi });

/** @param {string} state */
function setOutboxState(state) {
  outboxState = state;
}

/**
 * @param {"sent" | "failed"} state
 * @param {{ url: string, method: string, status?: number }} request
 */
function tellOutbox(state, request) {
  emit("outbox", { state, ...request, waiting: outboxWaiting });
}

/** Sends what waits, in browsers that don't do so by themselves. In the others the worker does it once all the same. */
function replayOutbox() {
  return askWorker({ pwagen: "replay" });
}

/** @param {Event} event */
function noteOutbox(event) {
  const { id, state, waiting, retryIn } = /** @type {CustomEvent<OutboxDetail>} */ (event).detail;
  outboxWaiting = waiting;
  if (id) failedRequests[state === "failed" ? "add" : "delete"](id);
  else if (state === "removed") failedRequests.clear(); // The user has signed out.
  const left = waiting ? "queued" : failedRequests.size ? "failed" : "empty";
  outboxState = state === "removed" || (state === "sent" && waiting) ? left : state;
  clearTimeout(outboxTimer);
  // Also after good news: the worker may be ended before it has more.
  if (waiting) outboxTimer = setTimeout(replayOutbox, retryIn ?? LONGEST_SILENCE);
  refreshStates();
}

/** @param {ServiceWorkerRegistration} registration */
async function resumeOutbox({ sync }) {
  const entries = await outboxApi.list();
  for (const { id, state } of entries) if (state === "failed") failedRequests.add(id);
  outboxWaiting = entries.length - failedRequests.size;
  if (entries.length) outboxState = outboxWaiting ? "queued" : "failed";
  refreshStates();
  if (!outboxWaiting) return;
  // Goes on when this page is closed; rejected where the user doesn't allow it.
  sync?.register(OUTBOX_SYNC).catch(() => undefined);
  await replayOutbox();
}

controls.set("outbox", { state: () => outboxState });

controls.set("waiting", {
  state: () => String(outboxWaiting),
  show(element, state) {
    set(element, "textContent", state);
    showIfUseful(element, state !== "0");
  },
});

/**
 * A button for what has failed, all of it at once.
 *
 * @param {string} name
 * @param {() => Promise<unknown>} act
 */
function addFailedControl(name, act) {
  controls.set(name, {
    state: () => (failedRequests.size ? "available" : "none"),
    act,
    show: (element, state) => showIfUseful(element, state === "available"),
  });
}

addFailedControl("outbox-retry", () => outboxApi.retry());
addFailedControl("outbox-discard", () => Promise.all([...failedRequests].map(outboxApi.remove)));

// What can still be sent is: afterwards it is gone.
signOutSteps.push(async () => {
  if (outboxWaiting) await replayOutbox();
});

startSteps.push(() => {
  api.addEventListener("outbox", noteOutbox);
  addEventListener("online", replayOutbox);
  api.ready.then((registration) => registration && resumeOutbox(registration)).catch(reportFailure);
});
