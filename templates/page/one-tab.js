/** Does in one tab what several would do at the same time. */

/**
 * Runs `task` in one tab at a time where the browser has locks: two tabs that open together would
 * otherwise subscribe and report twice.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
async function exclusively(name, task) {
  return navigator.locks ? navigator.locks.request(`pwagen-${name}`, task) : task();
}
