// What is none of the worker's business doesn't even wake it, where browsers have
// https://w3c.github.io/ServiceWorker/#service-worker-static-routing; planFor says the same for the others.
self.addEventListener("install", (event) => {
  if (event.addRoutes) event.waitUntil(event.addRoutes(CONFIG.offline.staticRoutes).catch(console.warn));
});
