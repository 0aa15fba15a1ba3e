/** pwagen.notifications; how a page shows one itself is in more/notifications.js. */
Object.assign(api, {
  notifications: {
    permission: notificationPermission,
    request: requestNotificationPermission,
    show: async (/** @type {string} */ title, /** @type {NotificationOptions | undefined} */ options) => (await more()).showPageNotification(title, options),
  },
});
