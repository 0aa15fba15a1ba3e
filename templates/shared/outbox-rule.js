// Which requests the outbox keeps.

const OUTBOX_RULES = CONFIG.outbox.map((rule) => ({ ...rule, match: new RegExp(rule.match, "u") }));

/** Subscriptions have ways of their own to reach the server later, and are gone at once when they end. */
const SUBSCRIPTIONS = CONFIG.push?.endpoint && withoutQuery(new URL(CONFIG.push.endpoint, BASE).href);

/** The tag of the background sync that page and worker ask for. */
const OUTBOX_SYNC = "pwagen-outbox";

/**
 * The rule by which a request that fails is kept; undefined if it isn't.
 *
 * @param {string} method
 * @param {string} url
 */
function outboxRule(method, url) {
  const path = pathBelowBase(url);
  if (path === undefined || withoutQuery(url) === SUBSCRIPTIONS) return;
  return OUTBOX_RULES.find(({ match, methods }) => methods.includes(method) && match.test(path));
}
