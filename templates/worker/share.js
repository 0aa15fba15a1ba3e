// Receives what is shared to the app.

/** What nobody has taken after that many milliseconds, nobody will. */
const LAUNCH_LIFETIME = 3_600_000;

/**
 * Whether a request is what the system sends when something is shared to the app: a form posted to the
 * action. What a page fetches isn't.
 *
 * @param {Pick<Request, "method" | "mode" | "url">} request
 */
function isShare({ method, mode, url }) {
  return method === "POST" && mode === "navigate" && url.split("#")[0] === new URL(CONFIG.shareAction, BASE).href;
}

/**
 * Keeps what is shared until the action's page takes it, and opens that page: the host is never posted
 * to, nor needed. The fragment says which share it is, and is no part of what caches know the page by.
 *
 * @param {Request} request
 */
async function receiveShare(request) {
  const id = crypto.randomUUID();
  const at = Date.now();
  try {
    const fields = [...(await request.formData())];
    // Without the store's time limit: a film takes longer to write.
    await changeInDatabase("launches", (/** @type {KeptLaunch[]} */ kept = []) => [
      ...kept.filter((one) => at - one.at < LAUNCH_LIFETIME),
      { id, at, fields },
    ]);
  } catch (error) {
    console.warn("pwagen: what was shared could not be kept.", error); // The page finds nothing, and says so.
  }
  return Response.redirect(new URL(`#pwagen-launch=${id}`, new URL(CONFIG.shareAction, BASE)), 303);
}

responders.push(({ request }) => (isShare(request) ? { rule: "share_target", answer: () => receiveShare(request) } : undefined));
