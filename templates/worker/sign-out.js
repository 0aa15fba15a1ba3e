/** How often the user has signed out of this worker: what was begun before that may leave nothing behind. */
let signOuts = 0;

/** Leaves nothing of the user behind: each part clears what it keeps, the shared values go last. Then each part may note what is true of anybody. */
messageHandlers["sign-out"] = async () => {
  signOuts += 1;
  await runHooks("sign-out");
  storeMemory.clear();
  indexedDB.deleteDatabase(STORE_NAME);
  await runHooks("signed-out");
  return { done: true };
};
