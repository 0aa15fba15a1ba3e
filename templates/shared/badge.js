// The badge on the app's icon, counted by topic.

/** How many topics are counted apart: a server may give each message a tag of its own. */
const TOPIC_LIMIT = 100;

/**
 * Shows a badge, and none for 0. Without Badging, or without permission as on iOS, nothing happens.
 *
 * @param {BadgeValue} badge
 */
async function showBadge(badge) {
  try {
    await navigator.setAppBadge(...(badge === true ? [] : [badge]));
  } catch {
    // The count is kept all the same.
  }
}

/**
 * Changes the counts that page and worker share, and shows what they come to.
 *
 * @param {(badge: BadgeValue) => BadgeValue} change
 * @param {string} [topic]  none: the total is changed, and the topics are forgotten
 * @returns {Promise<BadgeValue>}
 */
async function updateBadge(change, topic) {
  const stored = await storeUpdate("badge", (/** @type {StoreValues["badge"] | undefined} */ before) => {
    const topics = badgeTopics(before);
    if (topic === undefined) return new Map([["", change(totalBadge(topics))]]);
    const name = topics.has(topic) || topics.size < TOPIC_LIMIT ? topic : "";
    const badge = change(topics.get(name) ?? 0);
    if (badge) return topics.set(name, badge);
    topics.delete(name);
    return topics;
  });
  const badge = totalBadge(badgeTopics(stored));
  await showBadge(badge);
  return badge;
}

/** The badge as users' code sees it; each act returns the badge that is shown then. */
const appBadge = {
  /**
   * @param {unknown} [value]  none: a badge without a number; what is no number changes nothing
   * @param {string} [topic]
   */
  set: (value, topic) => updateBadge((badge) => badgeValue(value) ?? badge, topic),

  /**
   * @param {number} [amount]  may be negative
   * @param {string} [topic]
   */
  add: (amount = 1, topic = "") =>
    updateBadge((badge) => badgeValue(Math.max(Number(badge) + Number(amount), 0)) ?? badge, topic),

  /** @param {string} [topic] */
  clear: (topic) => updateBadge(() => 0, topic),

  /**
   * @param {string} [topic]
   * @returns {Promise<BadgeValue>}
   */
  get: async (topic) => {
    const topics = badgeTopics(await storeGet("badge"));
    return topic === undefined ? totalBadge(topics) : (topics.get(topic) ?? 0);
  },
};
