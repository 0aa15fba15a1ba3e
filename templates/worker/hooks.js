// Loads your own code, from the file that worker.hooks names. It may use
//
//   self.pwagen.on("push", ({ message, notification }) => { notification.title = "…"; })
//     amends what a message shows, in the message's own terms (title, body, navigate, actions …);
//     has a second for it and can't keep it from being shown
//   self.pwagen.on("shown" | "click" | "close" | "sync" | "outbox" | "message" | "sign-out", (detail) => …)
//     is waited for, but not longer than ten seconds
//   self.pwagen.notify(title, options), self.pwagen.badge.set(n) / .add(n) / .clear() / .get()
try {
  importScripts(trustedScriptUrl(new URL(CONFIG.hooks, BASE).href));
} catch (error) {
  console.error(`pwagen: ${CONFIG.hooks} could not be loaded.`, error);
}

/**
 * A host that sends its Content-Security-Policy with every file may require Trusted Types in the worker,
 * too. The directive that allows this policy is `trusted-types pwagen`.
 *
 * @param {string} url
 */
function trustedScriptUrl(url) {
  const { trustedTypes } = /** @type {any} */ (self);
  try {
    return trustedTypes?.createPolicy("pwagen", { createScriptURL: (/** @type {string} */ text) => text }).createScriptURL(url) ?? url;
  } catch {
    return url; // not named in the policy, and not required then
  }
}
