/** What users read is in the page's language, which the worker learns of, too. */

/** @type {((language: string) => void)[]} What else a page's language changes. */
const languageSteps = [];

/** @type {Record<string, string>[]} The tables as they were, in English. */
const englishTables = [];

function speakPageLanguage() {
  const { lang } = document.documentElement;
  const words = inLanguage(CONFIG.texts, [lang]);
  for (const [index, table] of textTables.entries()) {
    englishTables[index] ??= { ...table };
    for (const [name, english] of Object.entries(englishTables[index])) table[name] = words[name] ?? english;
  }
  for (const step of languageSteps) step(lang);
  if (lang) storeUpdate("language", () => lang);
}

startSteps.push(() => {
  speakPageLanguage();
  // Pages that are translated by a script say so.
  new MutationObserver(speakPageLanguage).observe(document.documentElement, { attributeFilter: ["lang"] });
});
