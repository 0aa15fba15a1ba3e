// Sends what a page sends, and keeps it if there is no network.

/**
 * Sends a request, the first time as well as later. The key tells a server that it had this one already,
 * when only its answer got lost (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 *
 * @param {Omit<OutboxEntry, "id">} entry
 * @param {ArrayBuffer | undefined} body
 * @param {AbortSignal} [signal]
 */
function sendRequest(entry, body, signal) {
  const headers = new Headers(entry.headers);
  if (!headers.has("Idempotency-Key")) headers.set("Idempotency-Key", `"${entry.key}"`);
  return fetch(entry.url, { ...entry, headers, body, signal });
}

/**
 * The network's answer, whatever it is; without one the request is kept, and the answer says so. Behind
 * others that wait it is kept at once: they were first.
 *
 * @param {FetchEvent} event
 * @param {number} maxAge
 */
async function sendOrKeep(event, maxAge) {
  const { url, method, headers, credentials, redirect, referrer } = event.request;
  const session = signOuts;
  const body = await event.request.arrayBuffer();
  const entry = {
    ...{ url, method, headers: Array.from(headers), credentials, redirect, referrer },
    ...{ key: crypto.randomUUID(), time: Date.now(), maxAge, tries: 0, waiting: 1 },
  };
  const joins = (await countWaiting()) > 0;
  try {
    if (!joins) return await sendRequest(entry, body);
  } catch {
    // No answer: it is kept.
  }
  if (session !== signOuts) return Response.error();
  const id = /** @type {number} */ (await keepRequest(entry, body));
  event.waitUntil(
    Promise.allSettled([
      tellOutbox("queued", { ...entry, id }, { retryIn: retryDelay(0) }),
      // Rejected where the user doesn't allow it; pages ask as well.
      self.registration.sync?.register(OUTBOX_SYNC),
      joins && navigator.onLine && replay(),
    ]),
  );
  const told = { "Content-Type": "application/json", "Pwagen-Outbox": "queued" };
  return new Response(JSON.stringify({ queued: true, id }), { status: 202, headers: told });
}

addHook("sign-out", () => {
  indexedDB.deleteDatabase(OUTBOX_NAME);
  return broadcast("outbox", { state: "removed", waiting: 0 });
});

responders.push((event) => {
  const { method, url, mode, headers } = event.request;
  // A page that shows how far an upload is: browsers tell that only of requests that no worker answers.
  if (headers.get("Pwagen-Outbox") === "off") return;
  // A form that a page sends by itself wants a page for an answer.
  const rule = mode === "navigate" ? undefined : outboxRule(method, url);
  return rule && { rule: `outbox ${rule.match}`, answer: () => sendOrKeep(event, rule.maxAge).catch(() => Response.error()) };
});
