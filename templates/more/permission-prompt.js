/** A question of the app's own, before the browser's: that one can be refused for good, this one can wait. */

/** @param {boolean} modal */
async function askForNotifications(modal) {
  /** @type {Promise<unknown> | undefined} */
  let asked;
  const onAccept = () => {
    showFailure(null);
    asked = turnOnNotifications();
  };
  const names = ["promptTitle", "promptBody", "promptAccept", "promptDismiss"];
  const [title, body, accept, dismiss] = names.map((name) => sentence(name));
  const outcome = await showPrompt("permission", { title, body, accept, dismiss }, { modal, onAccept });
  if (outcome === "dismissed") await noteDismissal("permission");
  try {
    await asked;
  } catch (error) {
    // To close the browser's question is to dismiss this one, too.
    if (errorName(error) === "PermissionDismissedError") await noteDismissal("permission");
    const failure = await translateError(error);
    showFailure(failure);
    reportFailure(failure);
  }
}

Object.assign(parts, { showPermissionPrompt: askForNotifications });
