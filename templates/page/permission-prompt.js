/**
 * When the app asks before the browser does, whose question can be refused for good. The question itself is in
 * more/permission-prompt.js.
 */

/** @returns {Promise<string>} */
async function permissionState() {
  return api.push ? api.push.state() : notificationPermission();
}

function turnOnNotifications() {
  return api.push ? api.push.subscribe() : requestNotificationPermission();
}

/** @param {boolean} modal */
async function showPermissionPrompt(modal) {
  const { showPermissionPrompt } = await more();
  showPermissionPrompt(modal).catch(reportFailure);
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
  if (due) await showPermissionPrompt(false);
  return due;
}

/** The user asks for it, so nothing holds it back but what the browser says. */
async function openPermissionPrompt() {
  const state = await permissionState();
  if (state === "needs-install") await explainInstall();
  else if (state === "default") await showPermissionPrompt(true);
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
    if (state !== "default") loadedMore?.withdrawPrompt("permission");
    return state === "default" || state === "needs-install" ? "available" : "none";
  },
  act: openPermissionPrompt,
  show: (element, state) => showIfUseful(element, state === "available"),
});

topSteps.push(() => {
  offerOnVisits(() => offerPermissionPrompt(CONFIG.permissionPrompt));
});
