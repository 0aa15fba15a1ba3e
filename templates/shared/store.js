// A few values that outlive the worker and that page and worker share. IndexedDB can be missing, full
// or hanging (https://bugs.webkit.org/show_bug.cgi?id=226547): memory stands in for it then, and nobody
// sees an error.
const STORE_TIME_LIMIT = 2000;

/**
 * @template T
 * @param {string} key
 * @param {(value: T | undefined) => T | undefined} change
 * @returns {Promise<T | undefined>}
 */
async function changeInDatabase(key, change) {
  /** @type {T | undefined} */
  let value;
  const create = (/** @type {IDBDatabase} */ database) => void database.createObjectStore("values");
  await inDatabase(STORE_NAME, create, (values) => {
    const reading = values.get(key);
    reading.onsuccess = () => {
      value = change(reading.result);
      if (value === undefined) values.delete(key);
      else values.put(value, key);
    };
  });
  return value;
}

/**
 * Replaces a value by change(value) in one transaction, so that no count is lost when several pushes
 * arrive at once; undefined deletes it. Returns the new value.
 *
 * @template T
 * @param {string} key
 * @param {(value: T | undefined) => T | undefined} change
 * @returns {Promise<T | undefined>}
 */
async function storeUpdate(key, change) {
  try {
    return await withTimeLimit(changeInDatabase(key, change), STORE_TIME_LIMIT);
  } catch {
    storeMemory.set(key, change(storeMemory.get(key)));
    return storeMemory.get(key);
  }
}

/**
 * @param {string} key
 * @returns {Promise<any>} undefined if there is none
 */
function storeGet(key) {
  return storeUpdate(key, (value) => value);
}
