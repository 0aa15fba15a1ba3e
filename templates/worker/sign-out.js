// When a user signs out, nothing of theirs stays.

/** How often the user has signed out of this worker: what was begun before that may leave nothing behind. */
let signOuts = 0;

/** Each part clears what it keeps, the shared values go last. Then "signed-out" hooks may store what is nobody's in particular. */
messageHandlers["sign-out"] = async () => {
  signOuts += 1;
  await runHooks("sign-out");
  storeMemory.clear();
  indexedDB.deleteDatabase(STORE_NAME);
  await runHooks("signed-out");
  return { done: true };
};
