// What is none of the worker's business doesn't even wake it. For browsers that have
// https://w3c.github.io/ServiceWorker/#service-worker-static-routing; planFor says the same for the others.
onEvent("install", (event) => event.addRoutes?.(CONFIG.staticRoutes).catch(console.warn));
