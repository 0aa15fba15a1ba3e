/** Deletes what earlier versions stored, and nothing of anybody else's. */
async function deleteUnusedCaches() {
  // What nobody sends any more is nothing to keep.
  if (!CONFIG.outbox) indexedDB.deleteDatabase(CACHE_PREFIX + "outbox");
  const names = await caches.keys();
  const unused = names.filter((name) => name.startsWith(CACHE_PREFIX) && !usedCaches.has(name));
  await Promise.all(unused.map((name) => caches.delete(name)));
}

// With "prompt" a new version waits until the page sends "skip-waiting": the user has agreed then.
self.addEventListener("install", (event) => {
  if (CONFIG.update === "auto") event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  // Claiming matters at the first visit: only a controlled page can be navigated by a click.
  event.waitUntil(Promise.allSettled([self.clients.claim(), deleteUnusedCaches()]));
});
