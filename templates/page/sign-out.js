/** Leaves nothing of the user behind on this device. */

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
  for (const step of [...signOutSteps, () => askWorker({ pwagen: "sign-out" })]) {
    await step().catch((error) => failures.push(error));
  }
  refreshStates();
  if (failures.length) throw translateError(failures[0]);
}

Object.assign(api, { signOut });
