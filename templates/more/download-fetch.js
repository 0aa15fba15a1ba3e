/** Where there is no Background Fetch (Firefox, Safari), the page fetches, for as long as it is open. */

/** How often progress is told, in milliseconds. */
const PROGRESS_PAUSE = 100;

/** @type {Map<string, AbortController>} What this page fetches. */
const pageFetches = new Map();

/**
 * Whether a page, this or another, fetches a download, or the worker takes it over from the browser: they
 * hold a lock meanwhile.
 *
 * @param {string} id
 */
async function isFetchedByPage(id) {
  if (pageFetches.has(id)) return true;
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === `pwagen-download-${id}`);
}

/**
 * The response with its bytes counted on their way.
 *
 * @param {Response} response
 * @param {(bytes: number) => void} count
 */
function countedResponse(response, count) {
  const counter = new TransformStream({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(counter), response);
}

/**
 * Fetches and stores; settles when it is over, one way or the other, and all tabs have been told.
 *
 * @param {string} id
 * @param {string[]} urls
 * @param {number} total  bytes, 0 if unknown
 */
async function fetchInPage(id, urls, total) {
  const { signal } = /** @type {AbortController} */ (pageFetches.set(id, new AbortController()).get(id));
  let downloaded = 0;
  let told = 0;
  const count = (/** @type {number} */ bytes) => {
    downloaded += bytes;
    if (Date.now() - told < PROGRESS_PAUSE) return;
    told = Date.now();
    tellDownload(id, { downloaded, total });
  };
  try {
    const cache = await caches.open(DOWNLOADS);
    for (const url of urls) {
      const response = await fetch(url, { signal });
      if (response.status !== 200) throw await namedError("ServerError");
      await cache.put(url, countedResponse(response, count));
    }
    await noteDownload({ id, state: "stored", size: downloaded });
  } catch (error) {
    // Who has removed it deletes it, too; to do so once more could make a cache that is gone anew.
    if (signal.reason !== "none") await deleteDownloaded(urls);
    const name = errorName(error);
    // A TypeError is all that fetch says of a network that is gone.
    const reason = name === "UnknownError" ? "NetworkError" : name;
    if (!signal.aborted) await noteDownload({ id, state: "failed", reason });
  } finally {
    pageFetches.delete(id);
  }
}

/** @param {string[]} urls */
async function deleteDownloaded(urls) {
  if (!(await caches.has(DOWNLOADS))) return; // Opening it would make it anew.
  const cache = await caches.open(DOWNLOADS);
  await Promise.all(urls.map((url) => cache.delete(url, { ignoreVary: true })));
}
