/** The shared values have the name that our caches' names begin with. */
const STORES = [CACHE_PREFIX.slice(0, -1), CACHE_PREFIX + "outbox"];

/** In place of all other parts: gives the pages back to the network and leaves nothing behind. */
async function removeWorker() {
  // Only those that the earlier worker controlled. A page that was loaded without one, and registers
  // this one again, stays as it is: otherwise it would be reloaded for ever.
  const windows = await self.clients.matchAll({ type: "window" });
  await Promise.allSettled([deleteCaches(), ...STORES.map(deleteStore), closeNotifications(), navigator.clearAppBadge?.()]);
  await self.registration.unregister();
  await Promise.allSettled(windows.map(reload));
}

async function deleteCaches() {
  const names = await caches.keys();
  const ours = CONFIG.remove.allCaches ? names : names.filter((name) => name.startsWith(CACHE_PREFIX));
  await Promise.allSettled(ours.map((name) => caches.delete(name)));
}

/**
 * A page that keeps it open must not delay the rest.
 *
 * @param {string} name
 */
function deleteStore(name) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

async function closeNotifications() {
  for (const notification of await self.registration.getNotifications()) notification.close();
}

/** @param {WindowClient} client */
function reload(client) {
  const url = new URL(client.url);
  // To a browser that follows the letter of the specification, the same address with a fragment means: scroll.
  url.hash = "";
  return client.navigate(url);
}

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(removeWorker()));
