// Does what a page asks for.

/**
 * What the worker does for a page, by the message's name. Parts add theirs.
 *
 * @type {Record<string, (message: any) => Promise<WorkerAnswer> | WorkerAnswer>}
 */
const messageHandlers = {
  version: () => ({ version: CONFIG.version }),
  config: () => ({ config: CONFIG }),
  "skip-waiting": () => takeOver().then(() => ({ done: true })),
};

/**
 * Does what a page asks for and answers on its port. Messages of others go to the hooks.
 *
 * @param {unknown} message
 * @param {MessagePort | undefined} port
 */
async function onMessage(message, port) {
  const handler = ownMember(messageHandlers, ownMember(message, "pwagen"));
  if (!handler) return runHooks("message", message);
  try {
    const answer = await handler(message);
    port?.postMessage(answer);
  } catch (error) {
    port?.postMessage({ error: String(error) });
  }
}

onEvent("message", ({ data, ports }) => onMessage(data, ports[0]));
