"use strict";

const KEY = "BOn9gPczI0O9UIbW6nS9n5eAc8ExikTaA51KXPcdvI7_10pngpMUFZ2j1qPvm77-i-7ZXVvReumzA7BJwCQTRII";

async function renew(old) {
  const fresh = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: KEY });
  await fetch("api/subscriptions", { method: "PUT", body: JSON.stringify({ old, new: fresh }) });
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.oldSubscription)));
