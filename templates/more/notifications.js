/** Notifications that a page shows itself: through the worker, so that their clicks are routed like those of a push. */

/**
 * @param {string} title
 * @param {NotificationOptions} [options]  Under their W3C names; those that would make the browser throw are left out.
 * @returns {Promise<void>}
 */
async function showPageNotification(title, options = {}) {
  if (notificationPermission() === "unsupported") throw await namedError("UnsupportedError");
  if (notificationPermission() !== "granted") throw await namedError("PermissionDeniedError");
  const registration = await api.ready;
  if (!registration) throw await namedError("RegistrationError");
  const { options: defaults, actions } = CONFIG.notifications;
  await registration.showNotification(textFrom(title) ?? String(title), notificationOptions(defaults, { actions }, options));
}

Object.assign(parts, { showPageNotification });
