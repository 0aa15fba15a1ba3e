// Shows notifications, whatever a message says, whatever becomes of its images.

/** How long images may delay a notification, in milliseconds; Chromium alone waits 90 seconds. */
const IMAGE_TIME_LIMIT = 4000;

/** Angular's operations (https://angular.dev/ecosystem/service-workers/push-notifications) in our terms. */
const ANGULAR_OPERATIONS = {
  openWindow: "open",
  navigateLastFocusedOrOpen: "open",
  focusLastFocusedOrOpen: "focus",
  sendRequest: "get",
};

/**
 * Where the clicks lead that the message itself decides on, by action; "" is the notification's body.
 *
 * @param {Record<string, any>} source
 * @returns {Record<string, ClickTarget>}
 */
function targetsFrom({ navigate, url, data, actions }) {
  const angular = Object.entries(data?.onActionClick ?? {}).map(([action, click]) => [
    action === "default" ? "" : action,
    ownMember(ANGULAR_OPERATIONS, click?.operation),
    click?.url,
  ]);
  const own = Array.isArray(actions) ? actions.map((one) => [one?.action, "open", one?.navigate]) : [];
  return Object.fromEntries(
    [...angular, ["", "open", navigate ?? url ?? data?.url], ...own]
      .filter(([action, act, address]) => typeof action === "string" && act && textFrom(address))
      .map(([action, act, address]) => [textFrom(action), { do: act, url: textFrom(address) }]),
  );
}

/** Whether there is anything to see in a text. @param {string} [text] */
function isVisible(text = "") {
  return /[^\p{C}\p{Z}]/u.test(text);
}

/**
 * What to show for an object that nobody checked: always with a title, always acceptable.
 * Where the clicks lead is kept with the notification, because the worker may have been restarted by then.
 *
 * @param {Record<string, any>} source
 * @returns {{ title: string, options: Record<string, any> }}
 */
function notificationFrom(source) {
  const { default: fallback, options: defaults, actions } = CONFIG.notifications;
  const options = notificationOptions(defaults, { actions }, source);
  const title = textFrom(source.title)?.trim();
  if (!isVisible(title) && !isVisible(options.body)) options.body = fallback.body ?? "";
  options.data = { pwagen: { targets: targetsFrom(source) }, data: options.data };
  return { title: title && isVisible(title) ? title : fallback.title, options };
}

/**
 * Shows a notification, whatever becomes of its images.
 *
 * @param {string} title
 * @param {Record<string, any>} options
 */
async function display(title, options) {
  const whole = self.registration.showNotification(title, options);
  try {
    await withTimeLimit(whole, IMAGE_TIME_LIMIT);
  } catch {
    // Without images, and under a tag: should they arrive after all, the whole one replaces it.
    const { tag = `pwagen-${Date.now()}` } = options;
    const actions = options.actions?.map((/** @type {any} */ one) => ({ ...one, icon: "" }));
    const plain = notificationOptions({ ...options, tag, actions, icon: "", badge: "", image: "" });
    await self.registration.showNotification(title, plain);
    whole.then(() => options.tag || closeNotifications(tag)).catch(() => {});
  }
}

/** @param {string} [tag]  none: all */
async function closeNotifications(tag) {
  for (const notification of await self.registration.getNotifications({ tag })) notification.close();
}

addHook("sign-out", () => closeNotifications());
workerApi.notify = (title, options) => {
  const notification = notificationFrom({ ...options, title });
  return display(notification.title, notification.options);
};
