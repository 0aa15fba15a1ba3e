/** The worker learns which language the page is in, and so does what else depends on it. */

/** @type {((language: string) => void)[]} */
const languageSteps = [];

function notePageLanguage() {
  const { lang } = document.documentElement;
  for (const step of languageSteps) step(lang);
  if (lang) storeUpdate("language", () => lang);
}

startSteps.push(() => {
  notePageLanguage();
  // Pages that are translated by a script say so.
  new MutationObserver(notePageLanguage).observe(document.documentElement, { attributeFilter: ["lang"] });
});
