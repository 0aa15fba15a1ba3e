/** When the hint at the Home Screen shows itself; what it says is in more/ios-hint.js. */

/** @param {boolean} modal */
async function showIosHint(modal) {
  const { showIosHint } = await more();
  if ((await showIosHint(modal)) === "dismissed") await noteDismissal("ios");
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
