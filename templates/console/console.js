/** The console of `pwagen serve`: wires the server's news to the page, and the page to the server. */

import { byId, make, setText } from "./elements.js";
import { showEntry, clearLog } from "./log.js";
import { messageForm } from "./message-form.js";
import { showFindings, showNotification } from "./preview.js";
import { ask } from "./request.js";
import { checkedIds, showResult, showSubscriptions } from "./subscriptions.js";
import { clockTime } from "./words.js";

/** Milliseconds without a key press before the server looks at a message. */
const PAUSE = 150;

/** @type {AppState | undefined} */
let app;
/** @type {Awaited<ReturnType<typeof messageForm>> | undefined} */
let form;
/** @type {ReturnType<typeof messageForm> | undefined} */
let making;
let isSendable = false;
let pause = 0;
let looks = 0;

/** @param {AppState} state */
function showApp(state) {
  app = state;
  document.title = `${state.name}: pwagen console`;
  setText("app", state.name);
  byId("site", HTMLAnchorElement).href = state.site;
  setText("why-not", `Sending is off: ${state.whyNot}`).hidden = state.canSend;
  const { host, port } = new URL(state.site);
  const fillings = { site: state.site, "site-host": host, port };
  for (const [name, text] of Object.entries(fillings)) {
    for (const element of document.querySelectorAll(`[data-fill="${name}"]`)) element.textContent = text;
  }
}

/** @param {BuildState} build */
function showBuild({ at, problem, notes }) {
  setText("build", problem ? "The build fails" : `Built ${clockTime(at)}`).dataset.tone = problem ? "bad" : "good";
  setText("problem", problem).hidden = !problem;
  byId("notes").hidden = !notes.length;
  setText("notes-heading", notes.length === 1 ? "One note on the build" : `${notes.length} notes on the build`);
  byId("notes-list").replaceChildren(...notes.map((note) => make("li", {}, note)));
}

/** Shows what the message looks like now, and asks the server what is wrong with it. */
function refresh() {
  if (!form || !app) return;
  const request = form.value();
  showNotification(request.message, app);
  clearTimeout(pause);
  pause = setTimeout(() => look(request), PAUSE);
}

/** @param {MessageRequest} request */
async function look(request) {
  looks += 1;
  const mine = looks;
  const answer = await ask("preview", request);
  if (mine !== looks) return; // there is a newer message
  /** @type {Preview} */
  const found = answer.error ? { problems: [answer.error], warnings: [], bytes: null, limit: 0, payload: null } : answer;
  showFindings(found);
  isSendable = found.problems.length === 0;
  showRecipients();
}

function showRecipients() {
  const count = checkedIds().length;
  const words = count === 1 ? "to one subscription" : `to ${count} subscriptions`;
  setText("recipients", count ? words : "to nobody yet");
  const canSend = Boolean(app?.canSend && isSendable && count);
  for (const id of ["send", "send-later"]) byId(id, HTMLButtonElement).disabled = !canSend;
}

/** @param {number} delaySeconds */
async function send(delaySeconds) {
  if (!form || !app?.canSend || !isSendable || !checkedIds().length) return;
  const order = { ...form.value(), to: checkedIds(), delay_seconds: delaySeconds };
  const answer = await ask("messages", order);
  if (answer.error) showEntry({ at: Date.now() / 1000, label: "not sent", tone: "bad", text: answer.error });
}

/** @param {ConsoleState} state */
async function start(state) {
  showApp(state.app);
  showBuild(state.build);
  showSubscriptions(state.subscriptions);
  clearLog();
  making ??= messageForm(byId("message"), refresh);
  form = await making;
  // This machine's name means nothing to a phone at the other end of a tunnel.
  const navigate = state.app.others.length ? "" : state.app.site;
  form.suggest({ title: `Hello from ${state.app.name}`, body: "A message from the console.", navigate });
  refresh();
  showRecipients();
}

/** @type {Record<string, (data: any) => void>} */
const news = {
  state: start,
  subscriptions(/** @type {SubscriptionState[]} */ subscriptions) {
    showSubscriptions(subscriptions);
    showRecipients();
  },
  build(/** @type {ConsoleState} */ { app: state, build }) {
    showApp(state);
    showBuild(build);
    refresh();
    showEntry({ at: build.at, label: "build", tone: build.problem ? "bad" : "quiet", text: build.problem || "built again" });
  },
  change(/** @type {Change} */ change) {
    showEntry({ at: change.at, label: change.kind, tone: "quiet", from: change.userAgent, text: change.service });
  },
  accepted(/** @type {Accepted} */ { at, due, title, number }) {
    const when = due > at + 1 ? ` goes out at ${clockTime(due)}` : " goes out";
    showEntry({ at, label: `message ${number}`, tone: "quiet", text: `“${title}”${when}` });
  },
  result(/** @type {Result} */ result) {
    showResult(result);
    const { at, number, status, service, subscription, milliseconds, httpStatus, cause } = result;
    const tone = status === "delivered" ? "good" : status === "retry" || status === "gone" ? "warn" : "bad";
    const words = status === "delivered" ? `${service} took it in ${milliseconds} ms (${httpStatus})` : cause;
    showEntry({ at, label: status, tone, text: `Message ${number} to #${subscription}: ${words}` });
  },
  failed(/** @type {{number: number, cause: string, at: number}} */ { number, cause, at }) {
    showEntry({ at, label: "failed", tone: "bad", text: `Message ${number}: ${cause}` });
  },
  worker(/** @type {WorkerNews} */ { at, event, detail, userAgent }) {
    showEntry({ at, label: event, tone: event === "error" ? "bad" : "worker", from: userAgent, text: summary(detail), detail });
  },
};

/**
 * What a worker's event is about, in few words.
 *
 * @param {any} detail
 */
function summary(detail) {
  const { title, action, message, tag } = Object(detail);
  const parts = [title && `“${title}”`, action && `button “${action}”`, typeof message === "string" && message];
  return parts.filter(Boolean).join(", ") || (tag ? `tag ${tag}` : "");
}

function connect() {
  const source = new EventSource("news");
  for (const [kind, show] of Object.entries(news)) {
    source.addEventListener(kind, ({ data }) => show(JSON.parse(data)));
  }
  const status = byId("connection");
  source.addEventListener("open", () => {
    status.textContent = "Live";
    status.dataset.tone = "good";
  });
  source.addEventListener("error", () => {
    status.textContent = "The server is away";
    status.dataset.tone = "bad";
  });
}

byId("message").addEventListener("submit", (event) => {
  event.preventDefault();
  send(0);
});
byId("send-later").addEventListener("click", () => send(10));
byId("clear").addEventListener("click", clearLog);
byId("subscriptions").addEventListener("change", showRecipients);
connect();
