// Reads, changes and adds up the values of badges.

/**
 * A value as setAppBadge reads it (https://w3c.github.io/badging/): true for a badge without a number,
 * 0 for none, a whole number; undefined for what it would throw on.
 *
 * @param {unknown} value
 * @returns {BadgeValue | undefined}
 */
function badgeValue(value) {
  if (value === undefined) return true;
  if (typeof value === "symbol" || typeof value === "bigint") return;
  const number = Number(value);
  const whole = number - (number % 1); // never -0, which Math.trunc makes of -0.5
  return whole >= 0 && whole <= Number.MAX_SAFE_INTEGER ? whole : undefined;
}

/**
 * The badge after a rule. A badge without a number counts as one.
 *
 * @param {BadgeValue} badge
 * @param {BadgeRule} rule
 * @param {BadgeValue} [explicit]  a message's own value wins
 * @returns {BadgeValue}
 */
function nextBadge(badge, rule, explicit) {
  if (explicit !== undefined) return explicit;
  if (typeof rule === "number") return rule;
  if (rule === "add") return Math.min(Number(badge) + 1, Number.MAX_SAFE_INTEGER);
  if (rule === "subtract") return Math.max(Number(badge) - 1, 0);
  if (rule === "set") return true;
  return rule === "clear" ? 0 : badge;
}

/**
 * The counts by topic; "" is what belongs to none. Earlier builds kept a single value.
 *
 * @param {StoreValues["badge"] | undefined} stored
 * @returns {Map<string, BadgeValue>}
 */
function badgeTopics(stored) {
  return new Map(stored instanceof Map ? stored : [["", stored ?? 0]]);
}

/**
 * What is shown for all topics together.
 *
 * @param {Map<string, BadgeValue>} topics
 * @returns {BadgeValue}
 */
function totalBadge(topics) {
  const badges = [...topics.values()].filter(Number);
  if (badges.length < 2) return badges[0] ?? 0;
  return badges.reduce((sum, badge) => Math.min(Number(sum) + Number(badge), Number.MAX_SAFE_INTEGER), 0);
}
