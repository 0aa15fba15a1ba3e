/** When a prompt shows itself: not on the first visits, and less and less often the more it is dismissed. */

/** A page that is opened so long after the last is another visit. In milliseconds. */
const VISIT_PAUSE = 1_800_000;

/**
 * @param {StoreValues["visits"] | undefined} visits
 * @param {number} now
 * @returns {StoreValues["visits"]}
 */
function nextVisits({ count, at } = { count: 0, at: 0 }, now) {
  return { count: count + (Math.abs(now - at) > VISIT_PAUSE ? 1 : 0), at: now };
}

/**
 * @param {PromptRule} rule
 * @param {number} visit  This is the first, the second …
 * @param {PromptRecord | undefined} record
 * @param {number} now
 */
function promptIsDue({ afterVisits, backOff }, visit, { shown = 0, dismissals = 0, at = 0 } = {}, now) {
  // Once a visit: one that is left without an answer waits for the next.
  if (!afterVisits || visit < afterVisits || visit === shown) return false;
  // Not after a time that lies in the future: a clock that was wrong must not end it for good.
  return dismissals === 0 || Math.abs(now - at) >= (backOff[dismissals - 1] ?? Infinity);
}

/**
 * Whether the prompt may show itself now; yes is said once a visit, and in one tab.
 *
 * @param {PwagenPromptName} name
 * @param {PromptRule} rule
 */
async function takeTurn(name, rule) {
  const now = Date.now();
  /** @type {StoreValues["visits"] | undefined} */
  const visits = await storeUpdate("visits", (known) => nextVisits(known, now));
  const visit = visits?.count ?? 0;
  let due = false;
  await storeUpdate(`prompt:${name}`, (/** @type {PromptRecord | undefined} */ record) => {
    due = promptIsDue(rule, visit, record, now);
    return due ? { ...record, shown: visit } : record;
  });
  return due;
}

/** @param {PwagenPromptName} name */
function noteDismissal(name) {
  return storeUpdate(`prompt:${name}`, (/** @type {PromptRecord | undefined} */ record) => ({
    ...record,
    dismissals: (record?.dismissals ?? 0) + 1,
    at: Date.now(),
  }));
}

/**
 * Lets a prompt show itself: when the page has loaded, and when the user comes back to it.
 *
 * @param {() => Promise<unknown>} offer
 */
async function offerOnVisits(offer) {
  await pageLoaded();
  const offerIfVisible = () => {
    if (document.visibilityState === "visible") offer().catch(reportFailure);
  };
  offerIfVisible();
  document.addEventListener("visibilitychange", offerIfVisible);
}
