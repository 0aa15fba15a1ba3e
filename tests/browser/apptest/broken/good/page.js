"use strict";

const base = new URL(".", document.currentScript.src);

navigator.serviceWorker.register(new URL("sw.js", base), { scope: base, updateViaCache: "none" });

function seen() {
  if (document.visibilityState === "visible") navigator.clearAppBadge?.();
}

document.addEventListener("visibilitychange", seen);
seen();
