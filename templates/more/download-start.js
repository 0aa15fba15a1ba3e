/** Beginning a download: in the background where the browser does that, else in the page. */

/** How long a server may take to say how large a file is, in milliseconds. */
const SIZE_TIMEOUT = 5000;

/**
 * The files' size in bytes, 0 if it is not known before: a browser gives up on a download that gets
 * larger than it was told.
 *
 * @param {string[]} urls
 */
async function sizeOf(urls) {
  const asked = urls.map(async (url) => {
    const { ok, headers } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(SIZE_TIMEOUT) });
    return ok && !headers.has("Content-Encoding") ? Number(headers.get("Content-Length")) : 0;
  });
  const sizes = await Promise.all(asked).catch(() => [0]);
  return sizes.every(Boolean) ? sizes.reduce((sum, size) => sum + size, 0) : 0;
}

/** @param {string[]} urls */
function absoluteUrls(urls) {
  return urls.map((url) => (resolveUrl(url) ?? "").split("#")[0]);
}

/**
 * Begins to fetch, unless that is done or under way; "download" events tell how it goes on.
 *
 * @param {string | PwagenDownloadOptions} wanted
 */
async function startDownload(wanted) {
  const options = typeof wanted === "string" ? CONFIG.downloads.find(({ id }) => id === wanted) : wanted;
  if (!options || !/^[\w-]+$/.test(options.id)) throw await namedError("UnknownError", `There is no download “${options?.id ?? wanted}”.`);
  const { id, title, icon, storedTitle, failedTitle, url } = options;
  const urls = absoluteUrls(options.urls);
  if (!urls.every((one) => one.startsWith(location.origin + "/"))) throw await namedError("UnsupportedError", "Only files of this site can be kept.");
  const registration = await api.ready;
  if (!registration) throw await namedError("RegistrationError");
  if (["active", "stored"].includes((await readDownload(id)).state)) return;
  const total = await sizeOf(urls);
  await noteDownload({ id, urls, state: "active", begun: false, declared: options !== wanted, storedTitle, failedTitle, url });
  const icons = icon ? [{ src: new URL(icon, BASE).href }] : [];
  let begun = false;
  try {
    if (!registration.backgroundFetch) throw await namedError("UnsupportedError");
    await registration.backgroundFetch.fetch(id, urls, { title, icons, downloadTotal: total });
    begun = true;
  } catch (error) {
    if (errorName(error) === "QuotaError") return noteDownload({ id, state: "failed", reason: "QuotaError" });
    // Not there, or refused: the page can do it, in one tab. Unless another tab was a moment faster.
    if (!(await backgroundFetchOf(id))) exclusively(`download-${id}`, () => fetchInPage(id, urls, total)).catch(reportFailure);
  }
  await noteDownload({ id, ...(begun && { begun }) }); // Tabs that were told before it had begun see its progress from here on.
}
