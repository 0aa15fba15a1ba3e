/*
 * The last page script of this site, made by pwagen remove, for pages that still load it. It registers
 * nothing, and has a worker that is there from earlier replaced by the one that removes itself.
 */
"use strict";

navigator.serviceWorker
  ?.getRegistration(new URL("./", /** @type {HTMLScriptElement} */ (document.currentScript).src))
  .then((registration) => registration?.update())
  .catch(() => {});
