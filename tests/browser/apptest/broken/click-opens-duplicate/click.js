"use strict";

// The defect: nobody looks whether the page is open already.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.registration.scope).href;
  event.waitUntil(event.action === "later" ? undefined : self.clients.openWindow(url));
});
