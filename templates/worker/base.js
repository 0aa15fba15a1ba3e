// Names and addresses that all parts build on.

/** The folder of sw.js. Every URL is relative to it, so that the app works wherever it is copied to. */
const BASE = new URL("./", self.location.href).href;

/** What our caches' names begin with: other apps on this origin have theirs. */
const CACHE_PREFIX = `pwagen:${new URL(BASE).pathname}:`;

/** The caches that are in use; the others of ours are deleted when this worker takes over. */
const usedCaches = new Set();
