/** The buttons of notifications that a page shows itself are in its language. */
languageSteps.push((language) => useTranslation(inLanguage(CONFIG.translations, [language])));
