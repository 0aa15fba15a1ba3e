// Notifications say what pwagen.yaml has for them in the user's language. What a message says itself stays.

/** Each time anew: a page in another language may have been open since. */
async function speakUsersLanguage() {
  useTranslation(await inUsersLanguage(CONFIG.translations));
}

addHook("push", async ({ notification }) => {
  await speakUsersLanguage();
  // Which way a server's own words are written, the browser sees best.
  if (textFrom(notification.title) || textFrom(notification.body)) notification.dir ??= "auto";
});

// Before the entry's own listener: that looks at what to say only when its URLs are there and the store,
// which is asked here first, has answered it too.
self.addEventListener("periodicsync", (event) => {
  event.waitUntil(speakUsersLanguage());
});

const notifyAsConfigured = workerApi.notify;
workerApi.notify = async (title, options) => {
  await speakUsersLanguage();
  return notifyAsConfigured(title, options);
};
