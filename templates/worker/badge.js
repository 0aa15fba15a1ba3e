// Counts on the app's badge what is pushed, clicked and dismissed.

/**
 * The badge that a message asks for. Declarative Web Push has it at the top, WebKit 18.4 had it inside
 * `notification`, as a string of digits (https://github.com/WebKit/WebKit/pull/45798).
 *
 * @param {unknown} message
 * @returns {BadgeValue | undefined}
 */
function messageBadge(message) {
  for (const place of [message, ownMember(message, "notification")]) {
    const value = isObject(place) ? place.app_badge : undefined;
    if (value === true) return true;
    if (value === false) return 0;
    if (typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))) return badgeValue(value);
  }
  return;
}

/**
 * A notification's tag is the topic that it counts for. What a message or a rule sets is the total, and
 * so belongs to no topic: that is what is left to clear when nothing was counted for the tag.
 *
 * @param {BadgeRule} rule
 * @param {string} [tag]
 * @param {BadgeValue} [explicit]
 */
async function applyBadgeRule(rule, tag = "", explicit = undefined) {
  if (rule === "keep" && explicit === undefined) return;
  const isTotal = explicit !== undefined || rule === "set" || typeof rule === "number";
  const topic = isTotal ? undefined : rule === "add" || (await appBadge.get(tag)) ? tag : "";
  await broadcast("badge", await updateBadge((badge) => nextBadge(badge, rule, explicit), topic));
}

addHook("shown", ({ message, tag }) => applyBadgeRule(CONFIG.badge.onPush, tag, messageBadge(message)));
addHook("click", ({ tag }) => applyBadgeRule(CONFIG.badge.onClick, tag));
addHook("close", ({ tag }) => applyBadgeRule(CONFIG.badge.onClose, tag));
addHook("sign-out", async () => broadcast("badge", await appBadge.clear()));
workerApi.badge = appBadge;
