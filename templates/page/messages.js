/** Between a page and its worker: questions with an answer, and the worker's news as DOM events. */

/** How long the worker may take to answer, in milliseconds: it may have to start first. */
const ANSWER_TIMEOUT = 5000;

/** @type {readonly string[]} */
const WORKER_EVENTS = ["push", "click", "close", "sync", "badge", "subscription", "outbox", "widget"];

/**
 * What a page does with news that are more than an event. Parts add theirs.
 *
 * @type {Record<string, (detail: any, port: MessagePort) => void>}
 */
const workerNews = {
  window: (_, port) => port.postMessage({ url: location.href, unsaved: hasUnsavedInput(), version: CONFIG.version }),
  error: (detail) => reportFailure(detailError(detail)),
};

/**
 * The worker's answer; null if there is no worker, it failed or didn't answer in time.
 *
 * @param {PageToWorker} message
 * @param {ServiceWorker | null} [worker]  The active one by default.
 * @param {number} [timeout]  milliseconds
 * @returns {Promise<any>}
 */
async function askWorker(message, worker = undefined, timeout = ANSWER_TIMEOUT) {
  const registration = await registering;
  const asked = worker || registration?.active;
  if (!asked) return null;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve("error" in data ? null : data);
    setTimeout(resolve, timeout, null);
  });
  asked.postMessage(message, [port2]);
  return answer.finally(() => port1.close());
}

/** @param {MessageEvent} event */
function onWorkerMessage({ data, source, ports }) {
  const { pwagen: type, detail } = /** @type {WorkerToPage} */ (Object(data));
  // Another worker of this origin may post here as well.
  if (!sameScript(/** @type {ServiceWorker | null} */ (source))) return;
  if (Object.hasOwn(workerNews, type)) workerNews[type](Object(detail), ports[0]);
  else if (WORKER_EVENTS.includes(type)) emit(/** @type {PwagenEventName} */ (type), detail);
  refreshStates();
}

/** @param {unknown} detail */
function detailError(detail) {
  const { name, message } = /** @type {{name?: PwagenErrorName, message?: string}} */ (Object(detail));
  return namedError(name ?? "UnknownError", message, detail);
}

Object.assign(api, {
  /** @returns {Promise<PwagenVersions>} */
  async version() {
    const answer = await askWorker({ pwagen: "version" });
    return { page: CONFIG.version, worker: answer && answer.version };
  },
});

startSteps.push(() => {
  workerContainer()?.addEventListener("message", onWorkerMessage);
});
