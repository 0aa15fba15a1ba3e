// Shows notifications in the user's language, as far as pwagen.yaml words them. What a message says itself stays.

/** Each time anew: a page in another language may have been open since. */
async function speakUsersLanguage() {
  useTranslation(await inUsersLanguage(CONFIG.translations));
}

addHook("push", async ({ notification }) => {
  await speakUsersLanguage();
  // Which way a server's own words are written, the browser sees best.
  if (textFrom(notification.title) || textFrom(notification.body)) notification.dir ??= "auto";
});

addHook("refreshed", speakUsersLanguage);

const notifyAsConfigured = workerApi.notify;
workerApi.notify = async (title, options) => {
  await speakUsersLanguage();
  return notifyAsConfigured(title, options);
};
