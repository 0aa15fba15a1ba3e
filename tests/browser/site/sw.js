"use strict";

const VERSION = "1";
const CACHE = "harbour";

/** Tell the server what happened: tests read it there, whichever browser it is. */
function report(event, details = {}) {
  return fetch("events", { method: "POST", body: JSON.stringify({ event, ...details }) }).catch(() => {});
}

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(["./", "page.js", "deep/"]);
}

async function answer(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

async function notify(data) {
  const message = data ? JSON.parse(data.text()) : { title: "No data" };
  if (message.throw) throw new Error(message.throw);
  await self.registration.showNotification(message.title, message.options);
  if (message.badge !== undefined) await navigator.setAppBadge?.(message.badge);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});
self.addEventListener("push", (event) => event.waitUntil(notify(event.data)));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    Promise.all([
      report("click", { action: event.action, title: event.notification.title }),
      self.clients.openWindow(`deep/?action=${event.action}`),
    ]),
  );
});

self.addEventListener("notificationclose", (event) => {
  event.waitUntil(report("close", { title: event.notification.title }));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(report("change", { new: event.newSubscription?.toJSON() ?? null }));
});

self.addEventListener("periodicsync", (event) => event.waitUntil(report("periodicsync", { tag: event.tag })));
self.addEventListener("sync", (event) => event.waitUntil(report("sync", { tag: event.tag })));
