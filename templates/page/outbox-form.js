/**
 * <form data-pwagen="outbox">: sent by this script, so that the worker can keep it when there is no network.
 *
 * Without a worker, or where no rule of pwagen.yaml covers its action, it stays the browser's.
 */

const OUTBOX_SENTENCES = {
  outboxRefused: "The server didn't accept this: it answered with status {status}.",
  outboxLost: "There is no connection, and this couldn't be kept for later. Try again.",
};
textTables.push(OUTBOX_SENTENCES);

/** @param {string} state  "sending", or what has become of a form */
function showOutbox(state) {
  outboxState = state;
  return refreshStates();
}

/**
 * @param {{ url: string, method: string }} target
 * @param {RequestInit} request
 * @returns {Promise<Response>}  accepted or queued
 */
async function sendForm({ url, method }, request) {
  const answer = await fetch(url, { method, ...request }).catch(() => null);
  if (answer && answer.headers.has("Pwagen-Outbox")) {
    outboxState = "queued"; // The worker tells more: how many wait.
    return answer;
  }
  const state = answer && answer.ok ? "sent" : "failed";
  emit("outbox", { state, url, method, status: answer?.status, waiting: outboxWaiting });
  if (answer && answer.ok) return answer;
  if (answer) throw namedError("ServerError", OUTBOX_SENTENCES.outboxRefused.replace("{status}", String(answer.status)));
  throw namedError("NetworkError", OUTBOX_SENTENCES.outboxLost);
}

/**
 * @param {HTMLFormElement} form
 * @param {{ url: string, method: string }} target
 * @param {HTMLElement | null} submitter
 */
async function submitForm(form, target, submitter) {
  setBusy(form, true);
  showFailure(null);
  showOutbox("sending");
  try {
    const body = formBody(formFields(form, submitter), formAttribute(form, submitter, "enctype").toLowerCase());
    const answer = await sendForm(target, { body, headers: { Accept: "text/html, */*;q=0.5" } });
    HTMLFormElement.prototype.reset.call(form); // Not its own: that may be a button's name.
    // Where the browser itself would be now.
    if (answer.redirected) location.assign(answer.url);
  } catch (error) {
    showOutbox("failed");
    showFailure(translateError(error));
    reportFailure(error);
  } finally {
    setBusy(form, false);
    refreshStates();
  }
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { submitter } = event;
  // A page's own handler that has taken it, and a browser without our worker, go first.
  if (event.defaultPrevented || form.getAttribute("data-pwagen") !== "outbox" || !sameScript(workerContainer()?.controller ?? null)) return;
  const target = formTarget(form, submitter);
  if (!outboxRule(target.method, target.url)) {
    if (target.method === "POST") reportFailure(namedError("UnsupportedError", `No rule of outbox in pwagen.yaml covers ${target.method} ${target.url}.`));
    return;
  }
  event.preventDefault();
  if (!busyElements.has(form)) submitForm(form, target, submitter);
}

startSteps.push(() => {
  document.addEventListener("submit", onSubmit);
});
