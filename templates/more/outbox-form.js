/** <form data-pwagen="outbox">: sent by this script, so that the worker can keep it when there is no network. */

/** @param {string} state  "sending", or what has become of a form */
function showOutbox(state) {
  setOutboxState(state);
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
    setOutboxState("queued"); // The worker tells more: how many wait.
    return answer;
  }
  const state = answer && answer.ok ? "sent" : "failed";
  tellOutbox(state, { url, method, status: answer?.status });
  if (answer && answer.ok) return answer;
  if (answer) throw await namedError("ServerError", sentence("outboxRefused").replace("{status}", String(answer.status)));
  throw await namedError("NetworkError", "outboxLost");
}

/**
 * @param {HTMLFormElement} form
 * @param {{ url: string, method: string }} target
 * @param {HTMLElement | null} submitter
 * @param {FormData} fields
 */
async function submitForm(form, target, submitter, fields) {
  setBusy(form, true);
  showFailure(null);
  showOutbox("sending");
  try {
    const body = formBody(fields, formAttribute(form, submitter, "enctype").toLowerCase());
    const answer = await sendForm(target, { body, headers: { Accept: "text/html, */*;q=0.5" } });
    HTMLFormElement.prototype.reset.call(form); // Not its own: that may be a button's name.
    // Where the browser itself would be now.
    if (answer.redirected) location.assign(answer.url);
  } catch (error) {
    showOutbox("failed");
    const failure = await translateError(error);
    showFailure(failure);
    reportFailure(failure);
  } finally {
    setBusy(form, false);
    refreshStates();
  }
}

Object.assign(parts, { submitForm });
