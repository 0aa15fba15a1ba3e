// Takes over from the version before, and cleans up after it.

/** Deletes what earlier versions stored, and nothing of anybody else's. */
async function deleteUnusedCaches() {
  // No outbox any more: its database goes.
  if (!CONFIG.outbox) indexedDB.deleteDatabase(CACHE_PREFIX + "outbox");
  const names = await caches.keys();
  const unused = names.filter((name) => name.startsWith(CACHE_PREFIX) && !usedCaches.has(name));
  await Promise.all(unused.map((name) => caches.delete(name)));
}

/** Becomes the active worker as soon as the one before has ended what it is at, or is asked to. */
function takeOver() {
  const old = self.registration.active;
  // Not at once: a worker that gets a message when it could be replaced is kept by Chromium, and most are gone by then.
  setTimeout(() => old?.state === "activated" && old.postMessage({ pwagen: "make-way" }), HOOK_TIME_LIMIT);
  return self.skipWaiting();
}

// With "prompt" a new version waits until the page sends "skip-waiting": the user has agreed then.
onEvent("install", () => CONFIG.update === "auto" && takeOver());

// Claiming matters at the first visit: only a controlled page can be navigated by a click.
onEvent("activate", () => self.clients.claim());
onEvent("activate", deleteUnusedCaches);

// An earlier build may have switched it on: without a use for it each page would be asked for twice.
onEvent("activate", () => self.registration.navigationPreload?.[CONFIG.preload ? "enable" : "disable"]());
