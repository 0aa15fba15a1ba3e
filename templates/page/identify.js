/** Whose browser this is: the server hears of it with each subscription. */

/**
 * @param {string | number} key  Whatever means the user to the server.
 * @returns {Promise<void>}
 */
async function identify(key) {
  const user = typeof key === "string" || Number.isFinite(key) ? String(key) : "";
  if (!user) {
    throw await namedError("UnknownError", "pwagen.identify() takes the user's key, a text or a number; for nobody there is pwagen.signOut().");
  }
  let changed = false;
  await storeUpdate("user", (known) => {
    changed = known !== user;
    return user;
  });
  if (!changed) return;
  if (CONFIG.personal) await askWorker({ pwagen: "new-user" });
  // An attempt that failed for somebody else is no reason to wait.
  await storeUpdate("healingAttempt", () => undefined);
  const registration = await api.ready;
  if (registration && pushSupported()) await exclusively("push", () => healSubscription(registration));
}

Object.assign(api, { identify });

// The last of push's steps: the server is told of the subscription's end first.
signOutSteps.push(() => storeUpdate("user", () => undefined));
