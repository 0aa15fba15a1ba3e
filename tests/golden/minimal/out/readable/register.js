/*
 * Page script, made by pwagen from pwagen.yaml. Load it in every page: <script src="register.js" defer>.
 *
 * It registers sw.js, which lies beside it, and offers window.pwagen (its types are in register.d.ts)
 * and the data-pwagen attributes. What few visits need is in register.more.js, which it loads then. To change it,
 * edit pwagen.yaml and build again.
 */
(() => {
"use strict";

const CONFIG = {
  "version": "87719fde37f7fe20",
  "script": "sw.js",
  "app": {
    "name": "Minimal"
  },
  "update": "prompt",
  "pageState": true,
  "display": true
};

/** What register.more.js uses of this file, in its order. */
const shared = () => [
  CONFIG,
  workerUrl,
  namedError,
  errorName,
  TRUSTED_TYPES_REMEDY,
  more,
  scopes,
];

/* ---- page/core.js ---- */

/**
 * What every other part builds on: where the files lie, the object that pages see, its events.
 *
 * Nothing acts while the parts are being read. Each adds to the lists below, and start.js runs them
 * once, so that a page that loads this script twice doesn't get every listener twice.
 */

/** Read now: the browser forgets it as soon as this script has run. */
const ownScript = (
  // A module has no currentScript.
  document.currentScript ?? Array.from(document.scripts).find(({ src }) => /\/register\.js(\?|$)/.test(src))
);

/** The folder of register.js and of the worker. All else is resolved against it: the same bytes work at / and at /a/b/. */
const BASE = new URL(".", ownScript?.src || document.baseURI).href; // An inlined copy has no src.

const workerUrl = new URL(CONFIG.script, BASE).href;

const api = (new EventTarget());

/** Run once, synchronously, when all parts have been read. */
const startSteps = [];

/** The same for what a person's window does alone: no frame, of ours or in another site. */
const topSteps = window === window.top ? startSteps : [];

/** What pwagen.signOut() does, in this order. */
const signOutSteps = [];

/**
 * What a data-pwagen attribute can name.
 *
 * @property state  What data-pwagen-when and the root's data attribute show.
 * @property act  What a click does.
 * @property show  Brings an element in line with the state.
 */

const controls = new Map();

/** Dispatches an event on window.pwagen; false if a listener prevented what would follow. */
function emit(type, detail) {
  return api.dispatchEvent(new CustomEvent(type, { detail, cancelable: true }));
}

/** The browser's service workers, or null. The getter itself throws in a sandboxed frame. */
function workerContainer() {
  try {
    return navigator.serviceWorker || null;
  } catch {
    return null;
  }
}

/* ---- page/errors.js ---- */

/** Every failure that a page can see, as a name to branch on and a sentence to show. */

/** What users read when the sentences themselves can't be had. */
const NO_CONNECTION = "The server couldn't be reached.";

/**
 * What an exception of the browser means here. NotAllowedError is the answer to a blocked permission,
 * AbortError to a push service that is unreachable or switched off (Brave, Ungoogled Chromium),
 * InvalidAccessError and InvalidCharacterError to the key (https://w3c.github.io/push-api/#subscribe-method).
 */
const EXCEPTION_MEANINGS = {
  AbortError: "PushServiceError",
  InvalidAccessError: "KeyError",
  InvalidCharacterError: "KeyError",
  InvalidStateError: "RegistrationError",
  NetworkError: "NetworkError",
  NotAllowedError: "PermissionDeniedError",
  NotSupportedError: "UnsupportedError",
  QuotaExceededError: "QuotaError",
  SecurityError: "RegistrationError",
  TimeoutError: "TimeoutError",
};

/** Ours: some share a name with the browser's and must not be translated again. */
const namedErrors = new WeakSet();

/**
 * An error with one of our names, worded for the user.
 *
 * @param text  the name of a text in more/texts.js, or a whole sentence
 */
async function namedError(name, text = name, cause = undefined) {
  const isSentence = text.includes(" ");
  const message = isSentence ? text : await more().then(({ sentence }) => sentence(text, cause)).catch(() => NO_CONNECTION);
  const error = Object.assign(new Error(message), { name, cause });
  namedErrors.add(error);
  return error;
}

function errorName(thrown) {
  const { name } = Object(thrown);
  return namedErrors.has(Object(thrown)) ? name : EXCEPTION_MEANINGS[name] || "UnknownError";
}

/** Any thrown value as an error with one of our names. */
async function translateError(thrown) {
  return namedErrors.has(Object(thrown)) ? (thrown) : namedError(errorName(thrown), undefined, thrown);
}

/**
 * Tells the page of a failure that no caller waits for; on the console unless a listener prevents it.
 *
 * @param thrown  or a promise of it
 */
async function reportFailure(thrown) {
  const error = await translateError(await thrown);
  const { name, message } = error;
  if (emit("error", { name, message, error })) console.warn(`pwagen: ${name}: ${message}`);
}

/* ---- page/platform.js ---- */

/** What kind of device and window this is, as far as no API tells. */

/** iPhone, iPod or iPad; an iPad calls itself a Mac, but no Mac has a touch screen. */
function isIos({ userAgent, platform, maxTouchPoints = 0 }) {
  return /iPad|iPhone|iPod/.test(userAgent) || (platform === "MacIntel" && maxTouchPoints > 1);
}

/**
 * Whether an iOS browser can put the app on the Home Screen and push to it there: from 16.4 on, in
 * Safari and in browsers that name it. The windows that other apps open for links don't.
 */
function canAddToHomeScreen(userAgent) {
  if (!/Safari\//.test(userAgent)) return false;
  const version = /(?:OS|Version\/)\s?(\d+)[._](\d+)/.exec(userAgent.replace(/Mac OS X [\d_.]+/, ""));
  const [major, minor] = version ? version.slice(1).map(Number) : [0, 0];
  return major > 16 || (major === 16 && minor >= 4);
}

/** Whether the page runs as an installed app: in its own window rather than in a browser's tab. */
function isStandalone() {
  const modes = ["standalone", "fullscreen", "minimal-ui", "window-controls-overlay"];
  // A browser's full-screen mode matches "fullscreen" too.
  return (
    ((navigator)).standalone === true ||
    (!document.fullscreenElement && modes.some((mode) => matchMedia(`(display-mode: ${mode})`).matches))
  );
}

/* ---- page/content-security-policy.js ---- */

/** What the page's Content-Security-Policy asks for, and what it forbids. */

/** The policy that Trusted Types demand was refused; it decides what a failure's explanation says. */
let urlPolicyRefused = false;

const TRUSTED_TYPES_REMEDY = "The Content-Security-Policy requires Trusted Types; add “trusted-types pwagen” to it.";

/** Made once: a second of that name is refused. */
let urlPolicy;

/**
 * Under `require-trusted-types-for 'script'` a plain string is refused as a script's URL.
 * The directive that allows the policy is `trusted-types pwagen`.
 */
function trustedUrl(url) {
  const factory = (window).trustedTypes;
  if (!factory) return url;
  try {
    urlPolicy ??= factory.createPolicy("pwagen", { createScriptURL: (text) => ([workerUrl, moreUrl].includes(text) ? text : "") });
    return (urlPolicy.createScriptURL(url));
  } catch {
    // Named in no trusted-types directive: still fine where the page doesn't require Trusted Types.
    urlPolicyRefused = true;
    return url;
  }
}

/** Listens for violations until asked, and answers with the directive of one that explains a failure. */
function watchPolicyViolations() {
  const directives = [];
  const note = ({ effectiveDirective, blockedURI, disposition }) => {
    const ours = blockedURI === workerUrl || /^(require-)?trusted-types/.test(effectiveDirective);
    if (ours && disposition === "enforce") directives.push(effectiveDirective);
  };
  document.addEventListener("securitypolicyviolation", note);
  return async () => {
    // The event is a task of its own and may come after the rejection.
    await new Promise((resolve) => setTimeout(resolve, 0));
    document.removeEventListener("securitypolicyviolation", note);
    return directives.includes("require-trusted-types-for") ? "require-trusted-types-for" : directives.pop();
  };
}

/* ---- page/more.js ---- */

/**
 * The second file, register.more.js: what most visits don't need, loaded the first time that something does.
 *
 * It gets what the two share (`shared` above) from the element that loads it, and puts its functions into
 * `parts`. One of another build would not fit: it leaves without a trace, and this page is out of date.
 */

/** The version keeps caches of any kind from answering with another build's. */
const moreUrl = new URL(`register.more.js?${CONFIG.version}`, BASE).href;

let loadingMore;

let loadedMore;

/** Its functions; rejects with a NetworkError if it can't be had, and tries again at the next call. */
function more() {
  loadingMore ??= loadMore().catch((error) => {
    loadingMore = undefined;
    throw error;
  });
  return loadingMore;
}

function loadMore() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const parts = ({});
    const fail = () => {
      script.remove();
      const message = urlPolicyRefused ? TRUSTED_TYPES_REMEDY : `${moreUrl} could not be loaded.`;
      reject(Object.assign(new Error(message), { name: "NetworkError" }));
    };
    script.onerror = fail;
    script.onload = () => {
      if (!parts.sentence) {
        pageOutdated = true;
        refreshStates();
        return fail();
      }
      script.remove();
      resolve((loadedMore = parts));
    };
    Object.assign(script, { pwagen: { version: CONFIG.version, shared: shared(), parts }, nonce: ownScript?.nonce ?? "" });
    try {
      script.src = trustedUrl(moreUrl);
      document.head.append(script);
    } catch {
      fail(); // Trusted Types
    }
  });
}

/* ---- page/known-worker.js ---- */

/** The worker that earlier visits have left, ours or another's. */

/** What the worker may be registered for: its folder, and one above it that app.scope names. */
const scopes = [BASE];

let latestRegistration = null;

/** Until an earlier visit's registration has been looked up. */
let located = Promise.resolve();

/** What can be known without waiting for a first visit's registration: states are shown at once. */
async function knownRegistration() {
  await located;
  return latestRegistration;
}

async function findRegistration(container) {
  const found = await container?.getRegistration(BASE).catch(() => undefined);
  const worker = found && (found.active || found.waiting || found.installing);
  if (!found || !worker || !scopes.includes(found.scope)) return;
  if (sameScript(worker)) latestRegistration = found;
  // Two workers on one scope replace each other on every visit.
  else reportFailure(more().then(({ otherWorkerError }) => otherWorkerError(worker.scriptURL), () => namedError("OtherWorkerError")));
}

function sameScript(worker) {
  return worker !== null && worker.scriptURL === workerUrl;
}

/* ---- page/registration.js ---- */

/** Registers sw.js, and answers `pwagen.ready` whatever happens: unlike serviceWorker.ready it never hangs. */

/** How long the page's own loading may hold the registration up, in milliseconds. */
const LONGEST_LOAD = 3000;

/** There once the browser has accepted sw.js, active or not. */
let registering = Promise.resolve(null);

/** Registers for the folder of sw.js. */
let registerIn = (container, scope = BASE) =>
  // "none": imported hook files are fetched anew as well, and no HTTP cache holds an update back.
  container.register((trustedUrl(workerUrl)), { scope, updateViaCache: "none" });

async function registerWorker() {
  const container = workerContainer();
  located = findRegistration(container);
  await located;
  if (!latestRegistration) await pageLoaded();
  if (!container) {
    // An old browser or a private window is nobody's mistake, plain http is.
    if (!isSecureContext) reportFailure(namedError("InsecureContextError"));
    return null;
  }
  const violation = watchPolicyViolations();
  try {
    latestRegistration = await registerIn(container);
    violation();
  } catch (error) {
    await reportFailure(explainedFailure(error, await violation()));
    return null;
  }
  refreshStates();
  leaveOtherScopes(container, latestRegistration).catch(reportFailure);
  return latestRegistration;
}

function explainedFailure(error, directive) {
  return more().then(
    ({ diagnoseRegistration }) => diagnoseRegistration(error, directive, urlPolicyRefused),
    () => namedError("RegistrationError", urlPolicyRefused ? TRUSTED_TYPES_REMEDY : `${workerUrl}: ${Object(error).message}`, error),
  );
}

/**
 * Once app.scope has changed or the header is there, an earlier registration would go on getting pushes of its own.
 */
async function leaveOtherScopes(container, { scope }) {
  for (const one of await container.getRegistrations()) {
    if (one.scope !== scope && sameScript(one.active)) await one.unregister();
  }
}

/** On a first visit the worker's downloads wait for the page's own. */
function pageLoaded() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    addEventListener("load", resolve, { once: true });
    setTimeout(resolve, LONGEST_LOAD);
  });
}

/** The registration once it has an active worker, null if there is none or it fails to install. */
function whenActive(registration) {
  const worker = registration && (registration.installing || registration.waiting);
  if (!registration || !worker || sameScript(registration.active)) return Promise.resolve(registration);
  return new Promise((resolve) => {
    const onStateChange = () => {
      if (worker.state !== "activated" && worker.state !== "redundant") return;
      // Every worker becomes redundant some day: when the next build replaces it.
      worker.removeEventListener("statechange", onStateChange);
      if (worker.state === "activated") return resolve(registration);
      reportFailure(namedError("RegistrationError", `${workerUrl} could not be installed, so the app works online only.`));
      return resolve(null);
    };
    worker.addEventListener("statechange", onStateChange);
  });
}

startSteps.push(() => {
  registering = registerWorker();
  Object.assign(api, { ready: registering.then(whenActive) });
});

/* ---- page/messages.js ---- */

/** Between a page and its worker: questions with an answer, and the worker's news as DOM events. */

/** How long the worker may take to answer, in milliseconds: it may have to start first. */
const ANSWER_TIMEOUT = 5000;

const WORKER_EVENTS = ["push", "click", "close", "sync", "badge", "subscription", "outbox", "widget"];

/** What a page does with news that are more than an event. Parts add theirs. */
const workerNews = {
  window: (_, port) => port.postMessage({ url: location.href, unsaved: hasUnsavedInput(), version: CONFIG.version }),
  error: (detail) => reportFailure(detailError(detail)),
};

/**
 * The worker's answer; null if there is no worker, it failed or didn't answer in time.
 *
 * @param worker  The active one by default.
 * @param timeout  milliseconds
 */
async function askWorker(message, worker = undefined, timeout = ANSWER_TIMEOUT) {
  const registration = await registering;
  const asked = worker || registration?.active;
  if (!asked) return null;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve("error" in data ? null : data);
    setTimeout(resolve, timeout, null);
  });
  asked.postMessage(message, [port2]);
  return answer.finally(() => port1.close());
}

function onWorkerMessage({ data, source, ports }) {
  const { pwagen: type, detail } = (Object(data));
  // Another worker of this origin may post here as well.
  if (!sameScript((source))) return;
  if (Object.hasOwn(workerNews, type)) workerNews[type](Object(detail), ports[0]);
  else if (WORKER_EVENTS.includes(type)) emit((type), detail);
  refreshStates();
}

function detailError(detail) {
  const { name, message } = (Object(detail));
  return namedError(name ?? "UnknownError", message, detail);
}

Object.assign(api, {
  async version() {
    const answer = await askWorker({ pwagen: "version" });
    return { page: CONFIG.version, worker: answer && answer.version };
  },
});

startSteps.push(() => {
  workerContainer()?.addEventListener("message", onWorkerMessage);
});

/* ---- page/elements.js ---- */

/** Bringing elements in line with the state, without touching what is right already. */

function matching(selector) {
  return document.querySelectorAll(selector);
}

/** Sets a property only if it differs: each write would wake the observer in attributes.js again. */
function set(element, property, value) {
  if (element[property] !== value) element[property] = value;
}

function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Hides a control that has nothing to do, unless its author decides with data-pwagen-when. */
function showIfUseful(element, useful) {
  if (!element.dataset.pwagenWhen) set(element, "hidden", !useful);
}

/* ---- page/states.js ---- */

/** The app's states, kept in one place: told by "state" events, shown by attributes and to style sheets. */

/** The last known state of every control. */
const knownStates = {};

/** Refreshes run one after the other, so that an older answer can't overtake a newer. */
let refreshing = Promise.resolve();

/** The one that hasn't begun, and is for all who ask until it does. */
let nextRefresh;

/** Reads every state again and tells what changed. */
function refreshStates() {
  nextRefresh ??= refreshing = refreshing.then(readStates).catch(reportFailure);
  return nextRefresh;
}

async function readStates() {
  nextRefresh = undefined;
  let changed = false;
  for (const [name, control] of controls) {
    const state = await control.state();
    if (knownStates[name] === state) continue;
    changed = true;
    knownStates[name] = state;
    // <html data-pwagen-push="subscribed">, for style sheets.
    if (!name.includes(":")) setAttribute(document.documentElement, `data-pwagen-${name}`, state);
  }
  if (!changed) return;
  renderAttributes();
  emit("state", { ...knownStates });
}

/**
 * Whether one of the tokens of a data-pwagen-when attribute holds: "install:available", or a state of
 * push alone, such as "denied". "download:stored" is about the download whose id is given.
 */
function whenHolds(tokens, states, id = "") {
  return tokens.split(/\s+/).some((token) => {
    const [name, state] = token.includes(":") ? token.split(":") : ["push", token];
    return state !== "" && (states[`${name}:${id}`] ?? states[name]) === state;
  });
}

startSteps.push(() => {
  // Permissions change in the browser's own settings; where there is no event for it (Safari), coming
  // back from there is one.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refreshStates();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) refreshStates();
  });
});

/* ---- page/attributes.js ---- */

/**
 * The page without code: data-pwagen="push" on a button, data-pwagen-when="denied" on an explanation.
 *
 * Only attributes, properties and textContent are set: nothing here needs an exception from a strict
 * Content-Security-Policy or Trusted Types.
 */

/** Controls whose click is still being worked on. */
const busyElements = new WeakSet();

let renderQueued = false;

/** What looks at the page whenever its elements may have changed. */
const elementSteps = [];

function renderAttributes() {
  for (const step of elementSteps) step();
  for (const element of matching("[data-pwagen-when]")) {
    set(element, "hidden", !whenHolds(element.dataset.pwagenWhen || "", knownStates, idAt(element)));
  }
  for (const element of matching("[data-pwagen]")) {
    const name = controlName(element);
    if (name in knownStates) controls.get(name)?.show?.(element, knownStates[name]);
  }
}

/** @param element  that is about an id: by its own data-pwagen-id, or that of what it is in */
function idAt(element) {
  const holder = (element.closest("[data-pwagen-id]"));
  return holder?.dataset.pwagenId ?? "";
}

/** The control that an element names: "push", or for "download" and "download-progress" that of their id. */
function controlName(element) {
  const name = element.dataset.pwagen || "";
  const ofId = `${name.split("-")[0]}:${idAt(element)}`;
  return controls.has(ofId) ? ofId : name;
}

async function onControlClick(event) {
  const target = (event.composedPath()[0]);
  const element = (target?.closest?.("[data-pwagen]"));
  const name = element ? controlName(element) : "";
  const act = controls.get(name)?.act;
  if (!element || !act) return;
  event.preventDefault();
  if (busyElements.has(element)) return;
  setBusy(element, true);
  showFailure(null);
  try {
    // No await before this: the permission question needs the user's gesture.
    await act(knownStates[name], element);
  } catch (error) {
    const failure = await translateError(error);
    showFailure(failure);
    reportFailure(failure);
  } finally {
    setBusy(element, false);
    refreshStates();
  }
}

/** Not `disabled`: that would take the keyboard focus away from whoever pressed the button. */
function setBusy(element, busy) {
  if (busy) busyElements.add(element);
  else busyElements.delete(element);
  for (const attribute of ["aria-busy", "aria-disabled"]) setAttribute(element, attribute, busy ? "true" : null);
}

startSteps.push(() => {
  document.addEventListener("click", onControlClick);
  // Elements that a page adds later are shown as they should be, too.
  new MutationObserver(() => {
    if (renderQueued) return;
    renderQueued = true;
    requestAnimationFrame(() => {
      renderQueued = false;
      renderAttributes();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
});

/* ---- page/failure-message.js ---- */

/** data-pwagen="message": where the user reads why a click came to nothing. */

let shownFailure = null;

function showFailure(error) {
  shownFailure = error;
  renderAttributes();
}

controls.set("message", {
  // The name is enough for a style sheet; the sentence goes where it is asked for.
  state: () => (shownFailure ? shownFailure.name : ""),
  show(element) {
    // Set from the start: a live region is announced only if it was one before its text changed.
    if (!element.hasAttribute("role")) element.setAttribute("role", "status");
    set(element, "textContent", shownFailure ? shownFailure.message : "");
  },
});

/* ---- page/unsaved.js ---- */

/** Whether a reload would lose something: what the user has typed, or the answer to a POST. */

/** Fields that the user, not a script, has changed, and what they held before. */
const touchedFields = new Map();

/** This page is the answer to a POST, as the worker says. A reload would post again. */
let isPostAnswer = false;
workerNews.posted = () => {
  isPostAnswer = true;
};

/**
 * What it holds at first is noted before frameworks see the event: they set a field's defaults to each new value, React
 * those of text, Lit those of choices. What is edited without being a field is compared with what it held.
 */
function noteTouchedField(event) {
  const field = event.composedPath()[0];
  if (!event.isTrusted || touchedFields.has(field)) return;
  // Code editors take what is typed out of a field that nobody sees, so nothing is what it held before.
  const isUnseen = field.type === "textarea" && (field.offsetWidth < 3 || getComputedStyle(field).opacity === "0");
  touchedFields.set(field, isUnseen ? NaN : contentOf(field, true) ?? (event.type === "beforeinput" && field.isContentEditable && field.textContent));
}

/** Whether a touched field that is still on the page holds anything but its initial value. */
function hasUnsavedInput() {
  for (const [field, before] of touchedFields) {
    // The page of a frame that was taken away has no window any more.
    if (!field.isConnected || !field.ownerDocument.defaultView) touchedFields.delete(field);
    else if (contentOf(field) !== before) return true;
  }
  return isPostAnswer;
}

/**
 * What a field or an edited element holds, or by its defaults held at first. Not with instanceof: a field in a frame is
 * of another window's class.
 */
function contentOf({ options, multiple, type, checked, defaultChecked, defaultValue, value, textContent }, isInitial) {
  if (options) {
    const list = Array.from(options, (option) => (isInitial ? option.defaultSelected : option.selected));
    // With no default among the options, a drop-down starts on its first one.
    if (!multiple && !list.includes(true)) list[0] = true;
    return String(list);
  }
  if (/radio|checkbox/.test(type)) return isInitial ? defaultChecked : checked;
  if (isInitial) return defaultValue;
  return defaultValue === undefined ? textContent : value;
}

/** Hears of what is typed in a page, and in its frames: editors write into one of this origin. */
function watchInput(page) {
  for (const type of ["beforeinput", "input", "change"]) page.addEventListener(type, noteTouchedField, true);
  page.addEventListener("load", watchLoadedFrame, true);
  for (const frame of page.querySelectorAll("iframe")) watchFrame(frame);
}

function watchFrame({ contentDocument }) {
  if (contentDocument) watchInput(contentDocument);
}

/** @param event  of anything that loads */
function watchLoadedFrame({ target }) {
  watchFrame(target);
}

startSteps.push(() => {
  watchInput(document);
  // On the way back browsers fill in what was typed before, and tell of nothing.
  if (loading?.type === "back_forward") {
    for (const field of matching("input,select,textarea")) touchedFields.set(field, contentOf(field, true));
  }
  // What is typed in another site's frame, a comment for instance, can't be seen: only that somebody was in it.
  addEventListener("blur", () => {
    const frame = document.activeElement;
    if (frame?.contentDocument === null) touchedFields.set(frame, undefined);
  });
});

/* ---- page/update-reload.js ---- */

/**
 * After an update all tabs move to the new build together, once.
 *
 * The new worker takes every tab over at the same moment (controllerchange). A tab then reloads, unless
 * - this was the first installation, or another worker's script was replaced: the page is not an older build of ours;
 * - there is no network, and what the tab shows might not be stored;
 * - the user has typed something, or the page is the answer to a POST (the tab offers the update instead, and
 *   goes to its address when that is accepted);
 * - a listener of the "update" event prevents it;
 * - it has done so within the last minute without being asked, which is how a loop would look: two servers
 *   that answer with different builds in turn, for instance.
 * The tab in which the update was accepted reloads in any case, but with something typed, also since then, not
 * before it is accepted there once more.
 */

const RELOAD_PAUSE = 60_000;
const RELOAD_KEY = `pwagen-reload:${new URL(BASE).pathname}`;

/** The user has accepted the update in this tab. */
let reloadWanted = false;

/** The user has accepted it, and was told that this would lose what is typed. */
let reloadHeld = false;
let reloading = false;

/** The page shows an older build than the worker that controls it. */
let pageOutdated = false;

function moveToNewBuild() {
  if (reloading) return;
  pageOutdated = true;
  const dirty = hasUnsavedInput();
  const agreed = reloadWanted && (reloadHeld || !dirty);
  // Typed while the new build was on its way: nobody has agreed to lose that.
  reloadHeld ||= reloadWanted && dirty;
  reloadWanted = agreed;
  if (agreed || (emit("update", { state: "applied", dirty }) && !dirty && navigator.onLine && mayReloadUnasked(Date.now()))) reloadPage();
  else refreshStates();
}

/** How this page was asked for. */
const loading = (performance.getEntriesByType("navigation")[0]);

/**
 * Shows the new build's page. Where the worker hasn't seen what this one was asked for with, or has seen a
 * POST, by GET: location.reload() would send a POST again.
 */
function reloadPage() {
  reloading = true;
  if (loading?.workerStart && !isPostAnswer) return location.reload();
  const { href, hash } = location;
  // Where there is a fragment, the same address would only be scrolled to.
  if (hash) history.replaceState(history.state, "", "?");
  location.replace(href);
}

/**
 * Whether the tab hasn't just reloaded by itself, which it notes. Without storage a loop could not be noticed, so
 * the answer is no.
 *
 * @param now  in milliseconds
 */
function mayReloadUnasked(now) {
  try {
    if (Math.abs(now - Number(sessionStorage.getItem(RELOAD_KEY))) < RELOAD_PAUSE) return false;
    sessionStorage.setItem(RELOAD_KEY, String(now));
    return true;
  } catch {
    return false;
  }
}

startSteps.push(() => {
  const container = workerContainer();
  if (!container) return;
  let previous = container.controller;
  container.addEventListener("controllerchange", () => {
    const updated = sameScript(previous) && sameScript(container.controller);
    previous = container.controller;
    if (updated || reloadWanted) moveToNewBuild();
  });
});

/* ---- shared/time-limit.js ---- */

// Waits, but not for ever.

/** The promise's outcome, or a rejection when it takes longer than that many milliseconds. */
function withTimeLimit(promise, milliseconds) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/* ---- page/update.js ---- */

/**
 * A new build: noticed early, offered, and applied when the user agrees.
 *
 * "update" events say { state: "waiting" } when a new worker is ready to take over, and
 * { state: "applied" } when it has (see update-reload.js).
 */

/** How long the server may take, in milliseconds. Chromium's own answer may never come. */
const CHECK_TIME_LIMIT = 30_000;

let lastCheck = Date.now();

/**
 * Asks the server for a new build; rejects as the browser does.
 *
 * @returns True if one is on its way or ready.
 */
async function checkForUpdate() {
  const registration = await registering;
  if (!registration) return false;
  lastCheck = Date.now();
  await withTimeLimit(registration.update(), CHECK_TIME_LIMIT);
  return Boolean(registration.active && (registration.installing || registration.waiting));
}

/** Lets the new build take over and reloads, at the second call if something is typed; false if there is none. */
async function applyUpdate() {
  const registration = await registering;
  const worker = registration?.waiting;
  if (!worker && !pageOutdated) return false;
  const dirty = hasUnsavedInput();
  reloadWanted = reloadHeld || !dirty;
  reloadHeld = dirty;
  // Its user may have stayed, where the page let the browser ask (beforeunload).
  reloading = false;
  if (worker) {
    // A page that isn't controlled, after a hard reload, is taken over by the new build as if by the first one.
    const { controller } = navigator.serviceWorker;
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated" && (reloadWanted || !controller)) moveToNewBuild();
    });
    worker.postMessage({ pwagen: "skip-waiting" });
  } else moveToNewBuild();
  return true;
}

Object.assign(api, {
  update: {
    check: () =>
      checkForUpdate().catch(async (error) => {
        throw await namedError("NetworkError", "updateCheck", error);
      }),
    apply: applyUpdate,
  },
});

controls.set("unsaved", {
  state: () => (reloadHeld && hasUnsavedInput() ? "held" : "none"),
});

controls.set("update", {
  async state() {
    const registration = await knownRegistration();
    const ready = pageOutdated || (registration?.active && registration.waiting);
    return ready ? "ready" : "none";
  },
  act: applyUpdate,
  show(element, state) {
    showIfUseful(element, state === "ready");
  },
});

/* ---- page/update-watch.js ---- */

/** Notices a new build: at once when the browser has one, and by asking for it. */

/** How often the server is asked: each hour, and when the user comes back, but not at every switch of tabs. */
const CHECK_INTERVAL = 3_600_000;
const CHECK_PAUSE = 60_000;

/** The new worker that "update" has been dispatched for. */
let offeredWorker = null;

function offerWaitingWorker(registration) {
  const { waiting, active } = registration;
  // Without an active worker this is the first installation.
  if (!waiting || !active || waiting === offeredWorker) return;
  offeredWorker = waiting;
  // Behind a worker that isn't ours there is no older build to wait for.
  if (CONFIG.update === "auto" || !sameScript(active)) waiting.postMessage({ pwagen: "skip-waiting" });
  else emit("update", { state: "waiting", dirty: hasUnsavedInput() });
  refreshStates();
}

function watchForUpdates(registration) {
  offerWaitingWorker(registration);
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", () => offerWaitingWorker(registration));
  });
  // Being offline is no news: nobody asked for these checks.
  const check = () => checkForUpdate().catch(() => false);
  const checkOnReturn = () => {
    if (document.visibilityState === "visible" && Date.now() - lastCheck > CHECK_PAUSE) check();
  };
  document.addEventListener("visibilitychange", checkOnReturn);
  addEventListener("focus", checkOnReturn);
  setInterval(check, CHECK_INTERVAL);
}

startSteps.push(() => {
  registering.then((registration) => registration && watchForUpdates(registration));
});

/* ---- page/install.js ---- */

/** Installing the app: the browser's offer is kept until the page's own button is pressed. */

let installOffer = null;

let installedNow = false;

/** What a click does on iOS, where only the user can install. ios-hint.js shows how. */
let explainInstall = async () => {
  throw await namedError("NeedsInstallError", "installIos");
};

function installState() {
  if (installedNow || isStandalone()) return "installed";
  if (installOffer) return "available";
  return isIos(navigator) && canAddToHomeScreen(navigator.userAgent) ? "ios" : "unavailable";
}

/** Shows the browser's install dialog and answers what the user chose. Call it in a click. */
async function promptInstall() {
  if (installState() === "ios") return explainInstall();
  if (!installOffer) throw await namedError("InstallUnavailableError");
  const offer = installOffer;
  try {
    await offer.prompt();
  } catch (error) {
    throw await namedError("GestureError", "installGesture", error);
  }
  // An offer is good for one prompt; the browser makes another when the user may be asked again.
  installOffer = null;
  const { outcome } = await offer.userChoice;
  tellInstallState();
  return outcome;
}

function tellInstallState() {
  emit("install", { state: installState() });
  refreshStates();
}

const installApi = {
  get state() {
    return installState();
  },
  prompt: promptInstall,
};
Object.assign(api, { install: installApi });

controls.set("install", {
  state: installState,
  act: promptInstall,
  show(element, state) {
    showIfUseful(element, state === "available" || state === "ios");
  },
});

startSteps.push(() => {
  addEventListener("beforeinstallprompt", (event) => {
    // prompt() is allowed later only if the browser's own banner was prevented.
    event.preventDefault();
    installOffer = (event);
    tellInstallState();
  });
  // A tab that the user opens in the app's window.
  matchMedia("(display-mode: browser)").addEventListener("change", tellInstallState);
  addEventListener("appinstalled", () => {
    installOffer = null;
    installedNow = true;
    tellInstallState();
  });
});

/* ---- page/page-state.js ---- */

/**
 * Whether this page came from the store because the network was slow or gone ("stored"), and whether the network
 * has answered since ("fresh"): then it is there for the asking.
 */

let pageState = "network";

workerNews.page = ({ state, redirected }) => {
  pageState = state;
  const allowed = emit("page", { state });
  // To a log-in, most likely: what is shown isn't for who looks at it now.
  if (allowed && redirected && !hasUnsavedInput()) location.reload();
};

controls.set("page", {
  state: () => pageState,
  act: async () => location.reload(),
  show(element, state) {
    showIfUseful(element, state === "fresh");
  },
});

/* ---- page/display.js ---- */

/** How the app's window looks, as a state: <html data-pwagen-display="window-controls-overlay">. */

/** The most specific first: a window may match several. */
const DISPLAY_MODES = ["window-controls-overlay", "tabbed", "unframed", "minimal-ui", "fullscreen", "standalone"];

const displayQuery = (mode) => matchMedia(`(display-mode: ${mode})`);

controls.set("display", {
  state: () => DISPLAY_MODES.find((mode) => displayQuery(mode).matches) ?? "browser",
});

startSteps.push(() => {
  // The user can hide the overlay, and move a tab into a window.
  for (const mode of DISPLAY_MODES) displayQuery(mode).addEventListener("change", refreshStates);
});

/* ---- page/sign-out.js ---- */

/** Leaves nothing of the user behind on this device. */

/** How long the worker may take, in milliseconds: it waits for hooks, and other tabs may hold the database. */
const SIGN_OUT_TIMEOUT = 30000;

/** Has the worker drop what it keeps; without a worker there is nothing. */
async function signOutWorker() {
  const registration = await registering;
  const worker = registration?.active ?? null;
  if (!sameScript(worker)) return;
  if (!(await askWorker({ pwagen: "sign-out" }, worker, SIGN_OUT_TIMEOUT))) throw await namedError("TimeoutError");
}

/**
 * Ends the subscription, clears the badge and drops what the worker has stored. To be called while the
 * session is still valid, since the server is told of the subscription's end.
 */
async function signOut() {
  const failures = [];
  // One failed step must not keep the next from running. The worker comes last: the others may store something.
  for (const step of [...signOutSteps, signOutWorker]) {
    await step().catch((error) => failures.push(error));
  }
  refreshStates();
  if (failures.length) throw await translateError(failures[0]);
}

Object.assign(api, { signOut });

/* ---- page/start.js ---- */

/** Sets everything going, once for a page however often this script is loaded into it. */

// Not `"pwagen" in window`: an element with that id would be found there.
if (!window.pwagen?.ready) {
  Object.defineProperty(window, "pwagen", { value: api, enumerable: true });
  for (const step of startSteps) step();
  refreshStates();
}
})();
