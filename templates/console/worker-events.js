// Tells the console of `pwagen serve` what this worker does. Only the dev server's copy of the app has it.
{
  /**
   * Nothing waits for the console, and nothing fails without it.
   *
   * @param {string} event
   * @param {unknown} [detail]
   */
  const tell = async (event, detail = null) => {
    try {
      const headers = { "Content-Type": "application/json" };
      await fetch("/_pwagen/events", { method: "POST", headers, body: JSON.stringify({ event, detail }) });
    } catch {
      // The server is away, or the detail is no JSON.
    }
  };

  const { on } = /** @type {any} */ (self).pwagen;
  for (const event of ["shown", "click", "close", "sync", "message", "sign-out"]) {
    on(event, (/** @type {unknown} */ detail) => tell(event, detail));
  }

  self.addEventListener("install", (event) => event.waitUntil(tell("install")));
  self.addEventListener("activate", (event) => event.waitUntil(tell("activate")));
  self.addEventListener("push", (event) => event.waitUntil(tell("push")));
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(tell("pushsubscriptionchange")));
  self.addEventListener("error", ({ message }) => tell("error", { message }));
  self.addEventListener("unhandledrejection", ({ reason }) => tell("error", { message: String(reason) }));
}
