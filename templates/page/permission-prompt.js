/** A question of the page's own, before the browser's: that one can be refused for good, this one can wait. */

const PROMPT_SENTENCES = {
  promptTitle: "Turn on notifications?",
  promptBody: "{name} will tell you when there is something new. You can turn them off again at any time.",
  promptAccept: "Turn on",
  promptDismiss: "Not now",
};
Object.assign(PROMPT_SENTENCES, CONFIG.permissionPrompt.texts);
textTables.push(PROMPT_SENTENCES);

/** @returns {Promise<string>} */
async function permissionState() {
  return api.push ? api.push.state() : notificationPermission();
}

function turnOnNotifications() {
  return api.push ? api.push.subscribe() : requestNotificationPermission();
}

/** @param {boolean} modal */
async function showPermissionPrompt(modal) {
  /** @type {Promise<unknown> | undefined} */
  let asked;
  const onAccept = () => {
    showFailure(null);
    asked = turnOnNotifications();
  };
  const { promptTitle: title, promptBody: body, promptAccept: accept, promptDismiss: dismiss } = PROMPT_SENTENCES;
  const outcome = await showPrompt("permission", { title, body, accept, dismiss }, { modal, onAccept });
  if (outcome === "dismissed") await noteDismissal("permission");
  try {
    await asked;
  } catch (error) {
    // To close the browser's question is to dismiss this one, too.
    if (translateError(error).name === "PermissionDismissedError") await noteDismissal("permission");
    showFailure(translateError(error));
    reportFailure(error);
  }
}

/**
 * Shows the prompt if it may, and says whether.
 *
 * @param {PromptRule} rule
 */
async function offerPermissionPrompt(rule) {
  // First, since a visit counts whatever the state.
  const turn = (await permissionState()) === "default" ? rule : { ...rule, afterVisits: undefined };
  const due = await takeTurn("permission", turn);
  if (due) showPermissionPrompt(false).catch(reportFailure);
  return due;
}

/** The user asks for it, so nothing holds it back but what the browser says. */
async function openPermissionPrompt() {
  const state = await permissionState();
  if (state === "needs-install") await explainInstall();
  else if (state === "default") showPermissionPrompt(true).catch(reportFailure);
  // Allowed already, or impossible, and then the error says why.
  else await turnOnNotifications();
}

/** @type {PwagenPrompt} */
const promptApi = { offer: () => offerPermissionPrompt({ ...CONFIG.permissionPrompt, afterVisits: 1 }) };
Object.assign(api, { prompt: promptApi });

controls.set("prompt", {
  async state() {
    const state = await permissionState();
    // Answered elsewhere, by the bell or in the browser's settings.
    if (state !== "default") withdrawPrompt("permission");
    return state === "default" || state === "needs-install" ? "available" : "none";
  },
  act: openPermissionPrompt,
  show: (element, state) => showIfUseful(element, state === "available"),
});

topSteps.push(() => {
  offerOnVisits(() => offerPermissionPrompt(CONFIG.permissionPrompt));
});
