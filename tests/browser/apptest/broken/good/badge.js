"use strict";

self.addEventListener("push", (event) => event.waitUntil(navigator.setAppBadge?.(1)));
self.addEventListener("notificationclick", (event) => event.waitUntil(navigator.clearAppBadge?.()));
