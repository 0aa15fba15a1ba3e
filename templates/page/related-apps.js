/** The same app from a store: who has it needs no button to install this one. */

startSteps.push(async () => {
  const { getInstalledRelatedApps } = /** @type {RelatedAppsNavigator} */ (navigator);
  // Rejected in frames, and in browsers that keep it off.
  const found = await getInstalledRelatedApps?.call(navigator).catch(() => []);
  if (!found?.length) return;
  installedNow = true;
  tellInstallState();
});
