/** Leaves nothing of the user behind on this device. */

/** How long the worker may take, in milliseconds: it waits for hooks, and other tabs may hold the database. */
const SIGN_OUT_TIMEOUT = 30000;

/** Has the worker drop what it keeps; without a worker there is nothing. */
async function signOutWorker() {
  const registration = await registering;
  const worker = registration?.active ?? null;
  if (!sameScript(worker)) return;
  if (!(await askWorker({ pwagen: "sign-out" }, worker, SIGN_OUT_TIMEOUT))) throw await namedError("TimeoutError");
}

/**
 * Ends the subscription, clears the badge and drops what the worker has stored. To be called while the
 * session is still valid, since the server is told of the subscription's end.
 *
 * @returns {Promise<void>}
 */
async function signOut() {
  /** @type {unknown[]} */
  const failures = [];
  // One failed step must not keep the next from running. The worker comes last: the others may store something.
  for (const step of [...signOutSteps, signOutWorker]) {
    await step().catch((error) => failures.push(error));
  }
  refreshStates();
  if (failures.length) throw await translateError(failures[0]);
}

Object.assign(api, { signOut });
