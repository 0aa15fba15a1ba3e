// The name of the store, and what takes its place where there is none.

/** The database that page and worker share. It has the path in its name: two apps on one origin don't meet. */
const STORE_NAME = "pwagen:" + new URL(BASE).pathname;

const storeMemory = new Map();
