"use strict";

// The defect: the user looks, at the notification or at the page, and the badge stays.
self.addEventListener("push", (event) => event.waitUntil(navigator.setAppBadge?.(1)));
