"use strict";

// The defect: whatever comes is taken for JSON.
self.addEventListener("push", (event) => {
  const message = event.data ? event.data.json() : {};
  const { title = "Quay", body } = message.notification ?? message;
  event.waitUntil(self.registration.showNotification(title, { body, data: { url: "./" } }));
});
