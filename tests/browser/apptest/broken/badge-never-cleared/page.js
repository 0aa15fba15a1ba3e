"use strict";

const base = new URL(".", document.currentScript.src);

navigator.serviceWorker.register(new URL("sw.js", base), { scope: base, updateViaCache: "none" });
// The defect: the user looks at the page, and the badge stays.
