"use strict";

// The defect: a push without data is taken for nothing at all.
self.addEventListener("push", (event) => {
  if (!event.data) return;
  let message;
  try {
    message = event.data.json();
  } catch {
    message = { body: event.data.text() };
  }
  const { title = "Quay", body } = message.notification ?? message;
  const actions = [
    { action: "look", title: "Look" },
    { action: "later", title: "Later" },
  ];
  event.waitUntil(self.registration.showNotification(title, { body, actions, data: { url: "./" } }));
});
