// Refreshes the URLs of periodic_sync in the background, and tells of what is new.

/**
 * A member of a JSON value, "a.b" for depth, "a.0" for a list's first.
 *
 * @param {any} json
 * @param {string} path
 * @returns {unknown}
 */
function memberAt(json, path) {
  return path.split(".").reduce((value, name) => (Object.hasOwn(Object(value), name) ? value[name] : undefined), json);
}

/**
 * A text with {name} replaced by the JSON's members; {count} is the length of its list if it has none.
 *
 * @param {string | undefined} template
 * @param {any} json
 */
function fillTemplate(template, json) {
  return template?.replace(/\{([\w.-]+)\}/g, (_, path) => {
    const list = Array.isArray(json) ? json : Object.values(json ?? {}).find(Array.isArray);
    return textFrom(memberAt(json, path)) ?? (path === "count" ? String(list?.length ?? "") : "");
  });
}

/** What takes the place of a content's hash when the user has signed out. */
const UNKNOWN_CONTENT = "";

/**
 * Enough to tell whether content has changed: it may be one user's alone, and so is not kept itself.
 *
 * @param {string} content
 */
async function contentHash(content) {
  return String(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content))));
}

/**
 * Fetches an entry's URLs anew. What can't be fetched stays as it was.
 *
 * @param {PeriodicSyncConfig} entry
 * @param {boolean} mayNotify
 */
async function refresh({ tag, urls, badge, notify }, mayNotify) {
  const session = signOuts;
  const first = (await Promise.allSettled(urls.map(refreshUrl)))[0];
  if (first.status === "rejected") throw first.reason;
  const json = badge || notify ? JSON.parse(first.value) : undefined;
  const hash = await contentHash(first.value);
  if (session !== signOuts) return; // It was for another user.
  let changed = false;
  let isNews = false;
  await storeUpdate(`content:${tag}`, (before) => {
    changed = before !== hash;
    isNews = changed && before !== UNKNOWN_CONTENT;
    return hash;
  });
  await runHooks("refreshed");
  if (session !== signOuts) return;
  // That of the notification, so that a click on it clears what was counted here.
  const topic = notify?.tag ?? tag;
  const texts = { title: fillTemplate(notify?.title, json), body: fillTemplate(notify?.body, json) };
  // Not again for what was there before: the user may have read it, and cleared the badge.
  await Promise.allSettled([
    isNews && notify && mayNotify && workerApi.notify(texts.title ?? "", { ...notify, ...texts, tag: topic }),
    isNews && badge && workerApi.badge?.set(memberAt(json, badge) ?? NaN, topic).then((total) => broadcast("badge", total)),
    broadcast("sync", { tag, changed }),
    runHooks("sync", { tag, changed }),
  ]);
}

/** Whether the user wants to save data: that of refreshing unasked, first of all. */
function savesData() {
  return Boolean(/** @type {any} */ (navigator).connection?.saveData);
}

/**
 * For browsers without periodic sync: a page asks when it opens, and nobody is notified of what he sees.
 *
 * @param {{ tag?: unknown }} message
 */
async function refreshIfDue({ tag }) {
  const entry = CONFIG.periodicSync.find((candidate) => candidate.tag === tag);
  if (!entry || savesData()) return { refreshed: false };
  let refreshed = false;
  let before = 0;
  // In one transaction: of two pages that open together, one asks the server.
  await storeUpdate(`refreshed:${tag}`, (last = 0) => {
    before = last;
    refreshed = Date.now() - last >= entry.minInterval;
    return refreshed ? Date.now() : last;
  });
  if (refreshed) {
    await refresh(entry, false).catch(async (error) => {
      await storeUpdate(`refreshed:${tag}`, () => before); // The next page that opens may try again.
      throw error;
    });
  }
  return { refreshed };
}

// Nobody knows any more what of the next content was there before, and whom it is for: it is noted, not told.
addHook("signed-out", () =>
  Promise.all(CONFIG.periodicSync.map(({ tag }) => storeUpdate(`content:${tag}`, () => UNKNOWN_CONTENT))),
);

messageHandlers.refresh = refreshIfDue;

onEvent("periodicsync", (event) => {
  const entry = CONFIG.periodicSync.find(({ tag }) => tag === event.tag);
  return entry && !savesData() && refresh(entry, true);
});
