"use strict";

async function show(url) {
  const clients = await self.clients.matchAll({ type: "window" });
  const first = clients.find((client) => client.frameType !== "nested");
  if (!first) return self.clients.openWindow(url);
  // The defect: the navigation uses up the click, and what comes after may be refused.
  const client = await first.navigate(url);
  return client.focus();
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.registration.scope).href;
  event.waitUntil(event.action === "later" ? undefined : show(url));
});
