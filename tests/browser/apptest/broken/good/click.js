"use strict";

async function show(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const controlled = await self.clients.matchAll({ type: "window" });
  const there = windows.find((one) => one.url === url);
  if (there) return there.focus();
  if (!controlled.length) return self.clients.openWindow(url);
  const focused = await controlled[0].focus();
  return focused.navigate(url);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.registration.scope).href;
  const looks = event.action === "later" ? undefined : show(url);
  event.waitUntil(Promise.all([looks, navigator.clearAppBadge?.()]));
});
