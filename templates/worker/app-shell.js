// Answers every address of a single-page app with its one page.

const APP_SHELL = urlOfPath(CONFIG.appShell);

shellOf = (key) => {
  const path = pathBelowBase(key);
  const entry = path !== undefined && !/\.\w+$/.test(path) && precachedEntry(APP_SHELL);
  return entry ? { key: APP_SHELL, shell: APP_SHELL, entry } : undefined;
};
