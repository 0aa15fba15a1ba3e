"use strict";

// The defect: open pages are told, and mostly there are none. Nobody subscribes anew.
async function tellPages(event) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of windows) page.postMessage({ type: "subscription", old: event.oldSubscription?.toJSON() });
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(tellPages(event)));
