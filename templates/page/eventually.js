/** What the second file does by itself, as soon as it can be had. */

/** How long until a failed load is tried again, in milliseconds. */
const LOAD_PAUSE = 60_000;

/**
 * Does what nobody waits for, once the second file can be had.
 *
 * @param {(parts: MoreParts) => unknown} use
 */
function eventually(use) {
  more().then(
    async (parts) => use(parts),
    () => void setTimeout(eventually, LOAD_PAUSE, use),
  ).catch(reportFailure);
}
