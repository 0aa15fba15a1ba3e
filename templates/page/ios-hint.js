/** How to install the app where no button can do it: on iPhones and iPads, by hand. */

const IOS_HINT_SENTENCES = {
  iosHintTitle: "Install {name}",
  iosHintBody: "Tap Share {share}, then choose “Add to Home Screen”.",
  iosHintDismiss: "Got it",
};
Object.assign(IOS_HINT_SENTENCES, CONFIG.iosHint.texts);
textTables.push(IOS_HINT_SENTENCES);

/** @param {boolean} modal */
async function showIosHint(modal) {
  const { iosHintTitle: title, iosHintBody: body, iosHintDismiss: dismiss } = IOS_HINT_SENTENCES;
  if ((await showPrompt("ios", { title, body, dismiss }, { modal })) === "dismissed") await noteDismissal("ios");
}

// What install.js does where it can't ask the browser.
explainInstall = async () => {
  showIosHint(true).catch(reportFailure);
  return "dismissed";
};

topSteps.push(() => {
  offerOnVisits(async () => {
    const turn = installState() === "ios" ? CONFIG.iosHint : { ...CONFIG.iosHint, afterVisits: undefined };
    if (await takeTurn("ios", turn)) await showIosHint(false);
  });
});
