// Puts another language's words into notifications.

/**
 * Puts the words of a language in the place of those that notifications have now. Each language has all of
 * them, so that nothing is left of the one before.
 *
 * @param {TranslationConfig} translation
 */
function useTranslation({ options, default: fallback, actions, sync }) {
  const { notifications, periodicSync = [] } = CONFIG;
  Object.assign(notifications.options, options);
  Object.assign(notifications.default, fallback);
  actions.forEach((title, index) => Object.assign(notifications.actions[index], { title }));
  sync.forEach((words, index) => Object.assign(periodicSync[index].notify ?? {}, words));
}
