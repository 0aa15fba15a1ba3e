/** pwagen.downloads, and what wakes it: a call, an element, a listener, or what earlier visits have left. */

Object.assign(api, {
  downloads: Object.fromEntries(
    /** @type {const} */ (["start", "state", "abort", "remove"]).map((name) => [
      name,
      async (/** @type {any} */ download) => (await more()).downloads[name](download),
    ]),
  ),
});

let downloadsAwake = false;

function wakeDownloads() {
  if (downloadsAwake) return;
  downloadsAwake = true;
  eventually(({ resumeDownloads }) => resumeDownloads());
}

workerNews.download = (news) => eventually(({ noteDownloadNews }) => noteDownloadNews(news));

// An element whose id nobody has declared is told so, instead of doing nothing.
controls.set("download", { state: () => "", act: (_, element) => api.downloads.start(idAt(element)) });

firstElementSteps.set("[data-pwagen^=download], [data-pwagen-when*=download]", wakeDownloads);

startSteps.push(async () => {
  firstListenerSteps.download = wakeDownloads;
  if (await storeGet("downloads")) wakeDownloads();
});
