"use strict";

function messageOf(data) {
  const text = data?.text() ?? "";
  try {
    const message = JSON.parse(text);
    return message.notification ?? message;
  } catch {
    return { body: text.startsWith("{") ? "" : text };
  }
}

async function notify(data) {
  const { title = "Quay", body = "News from the quay", navigate = "./" } = messageOf(data);
  const actions = [
    { action: "look", title: "Look" },
    { action: "later", title: "Later" },
  ];
  await self.registration.showNotification(title, { body, actions, data: { url: navigate } });
}

self.addEventListener("push", (event) => event.waitUntil(notify(event.data)));
