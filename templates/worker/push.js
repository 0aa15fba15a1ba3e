// Every push ends in a visible notification. Browsers show one of their own otherwise, and iOS
// takes the subscription away after the third (https://webkit.org/blog/13878/).

/** How long a hook may amend a notification (milliseconds) before it is shown as it is. */
const PUSH_HOOK_TIME_LIMIT = 1000;

/**
 * The message in a push: JSON if it is, else plain text. Broken JSON and binary data say nothing usable.
 *
 * @param {string} text
 * @returns {Record<string, any>}
 */
function messageFrom(text) {
  try {
    const message = JSON.parse(text);
    if (isObject(message)) return message;
    return message === null || Array.isArray(message) ? {} : { body: String(message) };
  } catch {
    // eslint-disable-next-line no-control-regex
    return /^\s*[{[]|[\0-\x08\uFFFD]/.test(text) ? {} : { body: text };
  }
}

/**
 * The message of a push event. Safari hands over a declarative one as `event.notification`.
 *
 * @param {PushEvent & { notification?: any, appBadge?: unknown }} event
 * @returns {Record<string, any>}
 */
function pushMessage({ data, notification, appBadge }) {
  try {
    return notification ? { notification, app_badge: appBadge } : messageFrom(data?.text() ?? "");
  } catch {
    return {};
  }
}

/**
 * Shows a message as hooks amend it. Whatever is wrong with it or them, the default is shown.
 *
 * @param {Record<string, any>} message
 */
async function showMessage(message) {
  try {
    const source = isObject(message.notification) ? message.notification : message;
    await runHooks("push", { message, notification: source }, PUSH_HOOK_TIME_LIMIT);
    const notification = notificationFrom(source);
    await display(notification.title, notification.options);
    return notification;
  } catch (error) {
    console.error("pwagen: a push could not be shown as it is.", error);
    const notification = notificationFrom({});
    await display(notification.title, notification.options);
    return notification;
  }
}

/**
 * Shows a message; everything else comes after that and can't stop it.
 *
 * @param {Record<string, any>} message
 */
async function onPush(message) {
  const { title, options } = await showMessage(message);
  const { body, tag, data } = options;
  const detail = { title, body, tag, data: data.data };
  await Promise.allSettled([runHooks("shown", { ...detail, message }), broadcast("push", detail)]);
  // On macOS, Chromium looks for the notification before the system shows it and then adds one of its
  // own (https://crbug.com/378103918), unless the event lasts a second longer.
  const { userAgentData } = /** @type {any} */ (navigator);
  if (userAgentData?.platform === "macOS") await new Promise((resolve) => setTimeout(resolve, 1000));
}

onEvent("push", (event) => onPush(pushMessage(event)));
