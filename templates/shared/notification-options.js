// Makes options that showNotification accepts of what a message says.
//
// It throws on surprisingly much (https://notifications.spec.whatwg.org/#create-a-notification),
// and a push without a notification costs the user's trust and, on iOS, the subscription. So each member
// is read by a function that returns undefined for what can't be used.

/**
 * A text without halves of characters: a tag with one ends Chromium's tabs of the app when its notification is closed.
 *
 * @param {unknown} value
 */
function textFrom(value) {
  const isText = typeof value === "string" || typeof value === "number";
  return isText ? String(value).replace(/\p{Surrogate}/gu, "\uFFFD") : undefined;
}

/** @param {unknown} value */
function booleanFrom(value) {
  return typeof value === "boolean" ? value : undefined;
}

/** @param {unknown} value */
function imageFrom(value) {
  return typeof value === "string" && value.trim() ? resolveUrl(value) : undefined;
}

/** @param {unknown} value */
function vibrationFrom(value) {
  const pattern = Array.isArray(value) ? value : [value];
  return pattern.every((part) => Number.isFinite(part) && part >= 0) ? pattern : undefined;
}

/** @param {unknown} value */
function actionsFrom(value) {
  if (!Array.isArray(value)) return;
  const actions = value.filter(isObject).flatMap(({ action, title, icon }) => {
    const texts = { action: textFrom(action), title: textFrom(title) };
    if (texts.action === undefined || texts.title === undefined) return [];
    return [{ ...texts, ...(imageFrom(icon) && { icon: imageFrom(icon) }) }];
  });
  return actions.length || !value.length ? actions : undefined;
}

/** @param {unknown} value */
function cloneFrom(value) {
  try {
    return structuredClone(value);
  } catch {
    return; // a function, an element …
  }
}

/** @type {Record<string, (value: any) => unknown>} */
const NOTIFICATION_MEMBERS = {
  body: textFrom,
  tag: textFrom,
  lang: textFrom,
  dir: (value) => (["auto", "ltr", "rtl"].includes(value) ? value : undefined),
  icon: imageFrom,
  badge: imageFrom,
  image: imageFrom,
  renotify: booleanFrom,
  requireInteraction: booleanFrom,
  silent: (value) => (value === null ? null : booleanFrom(value)),
  timestamp: (value) => (Number.isFinite(value) && value >= 0 ? value : undefined),
  vibrate: vibrationFrom,
  actions: actionsFrom,
  data: cloneFrom,
};

/**
 * Options that showNotification accepts, from objects that nobody checked; later ones win.
 *
 * `navigate` is left out on purpose: browsers that know it would bypass notificationclick, and with it
 * the actions, the badge and the hooks.
 *
 * @param {...unknown} sources
 * @returns {NotificationOptions & Record<string, any>}
 */
function notificationOptions(...sources) {
  /** @type {Record<string, any>} */
  const options = {};
  for (const source of sources.filter(isObject)) {
    for (const [name, read] of Object.entries(NOTIFICATION_MEMBERS)) {
      const value = source[name] === undefined ? undefined : read(source[name]);
      if (value !== undefined) options[name] = value;
    }
  }
  if (!options.tag) delete options.renotify;
  if (options.silent) delete options.vibrate;
  const { maxActions } = /** @type {{ maxActions?: number }} */ (self.Notification ?? {});
  options.actions = options.actions?.slice(0, maxActions);
  if (!options.actions?.length) delete options.actions;
  return options;
}
