// One transaction over an IndexedDB database.

/**
 * Does `work` in one transaction over all object stores of a database, and makes the database if need be.
 *
 * @template T
 * @param {string} name
 * @param {(database: IDBDatabase) => void} create
 * @param {(...stores: IDBObjectStore[]) => IDBRequest<T> | void} work  gets the stores by name, in order
 * @returns {Promise<T | undefined>}  the result of the request that `work` returns
 */
function inDatabase(name, create, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => create(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const names = Array.from(database.objectStoreNames);
      if (!names.length) {
        // Somebody else's code has made it, or a browser that was ended halfway.
        database.close();
        const deletion = indexedDB.deleteDatabase(name);
        deletion.onsuccess = () => resolve(inDatabase(name, create, work));
        deletion.onerror = () => reject(deletion.error);
        return;
      }
      const transaction = database.transaction(names, "readwrite");
      const asked = work(...names.map((store) => transaction.objectStore(store)));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = () => reject(transaction.error);
      // When the transaction is done; an open connection would hold up a removal of the app for ever.
      database.close();
    };
  });
}
