/** The database that page and worker share. It has the path in its name: two apps on one origin don't meet. */
const STORE_NAME = "pwagen:" + new URL(BASE).pathname;

/** Takes its place where there is none. */
const storeMemory = new Map();
