"use strict";

const CACHE = "quay";
const FILES = ["./", "about/", "offline.html", "page.js", "icon.svg", "manifest.json"];

async function install() {
  const cache = await caches.open(CACHE);
  // The defect: all or nothing, and without a word.
  await cache.addAll(FILES);
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
