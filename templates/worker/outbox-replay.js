// Sends what waits in the outbox, in order, and again until it arrives or fails.

/** How long one request may take, in milliseconds; browsers end a worker's event soon after. */
const SEND_TIME_LIMIT = 240000;

/** The first and the longest wait after a try in vain, and the longest that a server may ask for, in milliseconds. */
const [FIRST_RETRY, LONGEST_RETRY, LONGEST_RETRY_AFTER] = [30000, 3600000, 86400000];

/**
 * What an answer means for a request. A conflict may be one with the same request, which the server is
 * still at, but not for long.
 *
 * @param {number | undefined} status  none: the network failed; 0: a redirect that nobody may follow
 * @param {number} tries  made in vain before
 * @returns {"sent" | "failed" | "queued"}
 */
function outcomeOf(status, tries) {
  if (status === undefined || status >= 500 || [408, 425, 429].includes(status)) return "queued";
  if (status === 409 && tries < 3) return "queued";
  return status < 400 ? "sent" : "failed";
}

/**
 * How long to wait for the next try, in milliseconds.
 *
 * @param {number} tries  made in vain before
 * @param {string | null} [retryAfter]
 */
function retryDelay(tries, retryAfter) {
  const asked = Math.min(retryAfterMilliseconds(retryAfter, Date.now()), LONGEST_RETRY_AFTER);
  return Math.max(asked, Math.min(FIRST_RETRY * 2 ** tries, LONGEST_RETRY));
}

/**
 * Does what can be done for a request now.
 *
 * @param {OutboxEntry} entry
 * @param {number} session
 * @returns {Promise<boolean | void>}  whether the next one may go
 */
async function replayRequest(entry, session) {
  const { id, time, maxAge, tries, notBefore = 0 } = entry;
  const now = Date.now();
  const expired = now - time > maxAge;
  if (!expired && notBefore > now) return tellOutbox("queued", entry, { retryIn: notBefore - now });
  const body = await inOutbox((bodies) => bodies.get(id));
  // The page has taken it back, or the user has signed out.
  if (!body || session !== signOuts) return true;
  const answer = expired ? undefined : await sendRequest(entry, body, AbortSignal.timeout(SEND_TIME_LIMIT)).catch(() => undefined);
  answer?.body?.cancel();
  if (session !== signOuts) return;
  const status = answer?.status;
  const outcome = expired ? "failed" : outcomeOf(status, tries);
  const retryIn = outcome === "queued" ? retryDelay(tries, answer?.headers.get("Retry-After")) : undefined;
  // Deleted only now: what is lost by a worker that ends before is sent again, under the same key.
  if (outcome === "sent") await removeRequest(id);
  else if (outcome === "failed") await changeRequests(id, () => ({ waiting: undefined, status }));
  // Without an answer the next chance counts, whenever the network is back.
  else await changeRequests(id, () => ({ tries: tries + 1, notBefore: answer && Date.now() + Number(retryIn) }));
  await tellOutbox(outcome, entry, { status, retryIn });
  return outcome !== "queued";
}

async function replayAll() {
  const session = signOuts;
  const oldest = () => inOutbox((_, requests) => /** @type {IDBRequest<OutboxEntry>} */ (requests.index("waiting").get(1)));
  for (let entry = await oldest(); entry && session === signOuts; entry = await oldest()) {
    if (!(await replayRequest(entry, session))) return;
  }
}

/** @type {Promise<unknown>} */
let replaying = Promise.resolve();

/** Sends what waits, in order. One at a time, of two workers as well while one replaces the other. */
function replay() {
  const next = () => (navigator.locks ? navigator.locks.request(OUTBOX_NAME, replayAll) : replayAll());
  return (replaying = replaying.then(next, next));
}

onEvent("sync", async ({ tag }) => {
  if (tag !== OUTBOX_SYNC) return;
  await replay();
  const waiting = await countWaiting();
  // Tells the browser to come again.
  if (waiting) throw new Error(`${waiting} wait`);
});
