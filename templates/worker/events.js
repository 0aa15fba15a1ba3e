// One listener for each of the browser's events, hooks for the app's own.

/** @type {Record<string, ((event: any) => unknown)[]>} */
const tasks = {};

/**
 * Does something at one of the browser's events, which lasts until that is done. A task that fails stops no
 * other, and fails an installation or a sync.
 *
 * @template {keyof WorkerEvents} Type  an ExtendableEvent's
 * @param {Type} type
 * @param {(event: WorkerEvents[Type]) => unknown} task
 */
function onEvent(type, task) {
  if (!tasks[type]) {
    tasks[type] = [];
    self.addEventListener(type, (event) => tasks[type].forEach((each) => event.waitUntil((async () => each(event))())));
  }
  tasks[type].push(task);
}

/** How long a hook may take (milliseconds) before the worker goes on without it. */
const HOOK_TIME_LIMIT = 10000;

/** @type {Map<string, ((detail: any) => unknown)[]>} */
const hooks = new Map();

/**
 * Calls `handler` at an event: "push" (before it is shown, may amend), "shown", "click", "close", "sync",
 * "outbox", "message" or "sign-out". The parts of this file use it, and so may the hook file.
 *
 * @param {string} event
 * @param {(detail: any) => unknown} handler
 */
function addHook(event, handler) {
  hooks.set(event, [...(hooks.get(event) ?? []), handler]);
}

/**
 * Waits for all hooks of an event. One that throws or hangs stops nothing.
 *
 * @param {string} event
 * @param {unknown} [detail]
 * @param {number} [timeLimit]  milliseconds
 */
async function runHooks(event, detail, timeLimit = HOOK_TIME_LIMIT) {
  const running = (hooks.get(event) ?? []).map(async (handler) => handler(detail));
  const outcomes = await Promise.allSettled(running.map((hook) => withTimeLimit(hook, timeLimit)));
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") console.error(`pwagen: a hook for "${event}" failed.`, outcome.reason);
  }
}

/**
 * The app's pages, the last focused first, also those in frames. Includes those that this worker doesn't
 * control (yet), e.g. after a hard reload.
 *
 * @returns {Promise<WindowClient[]>}
 */
async function appPages() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => url.startsWith(self.registration.scope));
}

/** Those of the app's pages that a person sees as windows. A frame may be in another site's page. */
async function appWindows() {
  return (await appPages()).filter(({ frameType }) => frameType !== "nested");
}

/**
 * Asks a page about itself.
 *
 * @param {Client} client
 * @param {number} timeLimit  milliseconds; a hidden page answers, a frozen one doesn't
 * @returns {Promise<PageAnswer | undefined>}
 */
function askPage(client, timeLimit) {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  client.postMessage({ pwagen: "window" }, [port2]);
  return withTimeLimit(answer, timeLimit)
    .catch(() => undefined)
    .finally(() => port1.close());
}

/**
 * Tells every page of the app.
 *
 * @param {WorkerToPage["pwagen"]} type
 * @param {unknown} detail
 */
async function broadcast(type, detail) {
  for (const client of await appPages()) client.postMessage({ pwagen: type, detail });
}

/** What the hook file and the DevTools console may use; parts add to it. */
const workerApi = /** @type {PwagenWorker} */ ({ on: addHook, config: CONFIG });
Object.assign(self, { pwagen: workerApi });
