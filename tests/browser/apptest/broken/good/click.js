"use strict";

// A frame is no window that a person sees.
const isWindow = (client) => client.frameType !== "nested";

async function show(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const controlled = (await self.clients.matchAll({ type: "window" })).filter(isWindow);
  const there = (some) => some.filter(isWindow).find((one) => one.url === url);
  if (!controlled.length) return there(windows)?.focus() ?? self.clients.openWindow(url);
  const focused = await (there(controlled) ?? controlled[0]).focus();
  // Always: its url is where it began, and not what it shows.
  return focused.navigate(url);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.registration.scope).href;
  event.waitUntil(event.action === "later" ? undefined : show(url));
});
