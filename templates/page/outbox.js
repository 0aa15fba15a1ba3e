/** What waits in the worker for a network: told, listed, and sent when there is one. */

/** How the outbox stands: empty, sending, queued, sent or failed. */
let outboxState = "empty";
let outboxWaiting = 0;

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

/** Sends what waits, in browsers that don't do so by themselves. In the others the worker does it once all the same. */
function replayOutbox() {
  return askWorker({ pwagen: "replay" });
}

/** @param {Event} event */
function noteOutbox(event) {
  const { state, waiting, retryIn } = /** @type {CustomEvent<OutboxDetail>} */ (event).detail;
  outboxWaiting = waiting;
  if (state === "removed" || state === "sent") outboxState = waiting ? "queued" : state === "sent" ? state : "empty";
  else outboxState = state;
  clearTimeout(outboxTimer);
  // Also after good news: the worker may be ended before it has more.
  if (waiting) outboxTimer = setTimeout(replayOutbox, retryIn ?? LONGEST_SILENCE);
  refreshStates();
}

/** @param {ServiceWorkerRegistration} registration */
async function resumeOutbox({ sync }) {
  const entries = await outboxApi.list();
  outboxWaiting = entries.filter(({ state }) => state === "queued").length;
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

// What can still be sent is: afterwards it is gone.
signOutSteps.push(async () => {
  if (outboxWaiting) await replayOutbox();
});

startSteps.push(() => {
  api.addEventListener("outbox", noteOutbox);
  addEventListener("online", replayOutbox);
  api.ready.then((registration) => registration && resumeOutbox(registration)).catch(reportFailure);
});
