"use strict";

const CACHE = "quay";
const FILES = ["./", "about/", "offline.html", "page.js", "icon.svg", "manifest.json"];

async function install() {
  const cache = await caches.open(CACHE);
  // One by one: a file that is missing costs that file alone.
  await Promise.allSettled(FILES.map((file) => cache.add(file)));
}

async function answer(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match(request);
    if (found) return found;
    if (request.mode === "navigate") return caches.match("offline.html");
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});
