const CACHE = "bakery-3";
const FILES = ["./", "about/", "offline.html", "app.js", "manifest.json", "icons/icon-192.png"];
// block: install
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});
// end
// block: activate
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(
        names.filter((name) => name.startsWith("bakery-") && name !== CACHE).map((name) => caches.delete(name)),
      ),
    ),
  );
});
// end
// block: fetch
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request).catch(async () => {
      const stored = await caches.match(event.request);
      if (stored || event.request.mode !== "navigate") return stored ?? Response.error();
      return caches.match("offline.html");
    }),
  );
});
// end
// block: push
self.addEventListener("push", (event) => {
  const text = event.data?.text() ?? "Fresh bread";
  event.waitUntil(self.registration.showNotification("Bakery", { body: text, badge: "icons/badge-96.png" }));
});
// end
// block: notificationclick
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((windows) => {
      const shown = windows.find((client) => "focus" in client);
      return shown ? shown.focus() : self.clients.openWindow("./");
    }),
  );
});
// end
// block: pushsubscriptionchange
self.addEventListener("pushsubscriptionchange", (event) => {
  const renewed = self.registration.pushManager.subscribe(event.oldSubscription.options);
  event.waitUntil(
    renewed.then((fresh) => fetch("subscriptions", { method: "POST", body: JSON.stringify(fresh) })),
  );
});
// end
// block: more
// end
