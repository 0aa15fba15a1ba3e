// Takes over what Background Fetch has fetched, and notes what became of it.

/** What Background Fetch calls a failure, in the page's terms; all others are the network's. */
const DOWNLOAD_FAILURES = { "quota-exceeded": "QuotaError", "bad-status": "ServerError" };

/**
 * Moves to our cache what the browser has fetched.
 *
 * @param {BackgroundFetchRegistration} registration
 * @param {string[]} urls
 * @returns {Promise<string | undefined>}  why it can't be kept
 */
async function keepDownload(registration, urls) {
  const cache = await caches.open(DOWNLOADS);
  try {
    for (const { request, responseReady } of await registration.matchAll()) {
      const response = await responseReady;
      await cache.put(request.url, new Response(response.body, response));
    }
    return;
  } catch (error) {
    await Promise.all(urls.map((url) => cache.delete(url)));
    return /** @type {Error} */ (error).name === "QuotaExceededError" ? "QuotaError" : "UnknownError";
  }
}

/**
 * Waits for a store that is slow, as on a busy machine: what is not taken over during the event is lost.
 * Browsers whose store may hang for good have no Background Fetch.
 */
function downloadStoreReady() {
  return changeInDatabase("downloads", (records) => records).catch(() => {});
}

/**
 * Does what has to be done at the end under the lock that tells pages it is not over yet: the browser
 * doesn't name the download any more.
 *
 * @param {BackgroundFetchEvent} event
 * @param {() => Promise<unknown>} task
 */
function endDownload(event, task) {
  return navigator.locks.request(`pwagen-download-${event.registration.id}`, { ifAvailable: true }, task);
}

/**
 * @param {BackgroundFetchUpdateUIEvent} event
 * @param {string} [reason]  of a failure
 */
async function onDownloadEnd(event, reason) {
  const { id, downloaded: size } = event.registration;
  await downloadStoreReady();
  const record = ownMember(await downloadRecords(), id);
  if (record?.state !== "active") return;
  const failure = reason ?? (await keepDownload(event.registration, record.urls));
  await downloadStoreReady();
  await noteDownload(failure ? { id, state: "failed", reason: failure } : { id, state: "stored", size });
  const title = failure ? record.failedTitle : record.storedTitle;
  if (title) await event.updateUI({ title });
}

onEvent("backgroundfetchsuccess", (event) => endDownload(event, () => onDownloadEnd(event)));

onEvent("backgroundfetchfail", (event) => {
  const reason = ownMember(DOWNLOAD_FAILURES, event.registration.failureReason) ?? "NetworkError";
  return endDownload(event, () => onDownloadEnd(event, reason));
});

onEvent("backgroundfetchabort", (event) =>
  endDownload(event, async () => {
    await downloadStoreReady();
    await noteDownload({ id: event.registration.id, state: "aborted" });
  }),
);

onEvent("backgroundfetchclick", async ({ registration }) => {
  const record = ownMember(await downloadRecords(), registration.id);
  await goTo(resolveUrl(record?.url ?? "./") ?? BASE);
});
