// Keeps requests that wait for a network, and those that have failed. They have a database of their own:
// one that comes and goes with a section of pwagen.yaml needs no versions. It is opened for each act, as the
// store is.

const OUTBOX_NAME = CACHE_PREFIX + "outbox";

/** How long the database may take, in milliseconds: bodies may be large. */
const OUTBOX_TIME_LIMIT = 10000;

/**
 * What takes too long is taken back: told as failed, it must not happen after all.
 *
 * @template T
 * @param {(bodies: IDBObjectStore, requests: IDBObjectStore) => IDBRequest<T> | void} work
 * @returns {Promise<T | undefined>}
 */
async function inOutbox(work) {
  /** @type {IDBTransaction | undefined} */
  let transaction;
  let late = false;
  const outcome = inDatabase(
    OUTBOX_NAME,
    (database) => {
      // Apart from the requests, because a list of these must not read every file into memory.
      database.createObjectStore("bodies");
      // Only entries that wait have that member, so only they are in the index.
      database.createObjectStore("requests", { keyPath: "id", autoIncrement: true }).createIndex("waiting", "waiting");
    },
    /** @type {(...stores: IDBObjectStore[]) => IDBRequest<T> | void} */
    (bodies, requests) => {
      ({ transaction } = bodies);
      return late ? transaction.abort() : work(bodies, requests);
    },
  );
  try {
    return await withTimeLimit(outcome, OUTBOX_TIME_LIMIT);
  } catch (error) {
    late = true;
    if (!transaction) throw error;
    try {
      transaction.abort();
    } catch {
      // It is done, or about to be.
    }
    return outcome;
  }
}

/**
 * @param {Omit<OutboxEntry, "id">} entry
 * @param {ArrayBuffer} body
 */
function keepRequest(entry, body) {
  return inOutbox((bodies, requests) => {
    const adding = requests.add(entry);
    adding.onsuccess = () => bodies.put(body, adding.result);
    return /** @type {IDBRequest<number>} */ (adding);
  });
}

/**
 * Changes one entry, or all without an id. One that was removed meanwhile stays so.
 *
 * @param {number | undefined} id
 * @param {(entry: OutboxEntry) => Partial<OutboxEntry>} change
 */
function changeRequests(id, change) {
  return inOutbox((_, requests) => {
    const reading = requests.getAll(id);
    reading.onsuccess = () => reading.result.forEach((entry) => requests.put({ ...entry, ...change(entry) }));
  });
}

/** @param {number} id */
function removeRequest(id) {
  return inOutbox((bodies, requests) => {
    bodies.delete(id);
    requests.delete(id);
  });
}

/** How many wait; none if that can't be known. */
async function countWaiting() {
  return (await inOutbox((_, requests) => requests.index("waiting").count()).catch(() => 0)) ?? 0;
}

/**
 * Tells pages and hooks what became of an entry.
 *
 * @param {OutboxDetail["state"]} state
 * @param {Pick<OutboxEntry, "id" | "url" | "method">} entry
 * @param {Partial<OutboxDetail>} [more]
 */
async function tellOutbox(state, { id, url, method }, more = {}) {
  const detail = { state, id, url, method, waiting: await countWaiting(), ...more };
  await Promise.allSettled([broadcast("outbox", detail), runHooks("outbox", detail)]);
}
