/*
 * The second page script, made by pwagen from pwagen.yaml: what few visits need. register.js loads it the
 * first time that something does.
 */
(() => {
"use strict";

const { version, shared, parts } = document.currentScript.pwagen;
// Another build's register.js has loaded it, and shares other things.
if (version !== "feebcb41019b278a") return;

const [
  CONFIG,
  BASE,
  workerUrl,
  api,
  controls,
  emit,
  namedError,
  errorName,
  translateError,
  reportFailure,
  STORE_NAME,
  withTimeLimit,
  changeInDatabase,
  storeUpdate,
  storeGet,
  TRUSTED_TYPES_REMEDY,
  more,
  scopes,
  askWorker,
  matching,
  set,
  setAttribute,
  showIfUseful,
  knownStates,
  refreshStates,
  renderAttributes,
  setBusy,
  showFailure,
  loading,
  noteDismissal,
  showIosHint,
  notificationPermission,
  resolveUrl,
  plainUrl,
  isSamePage,
  bytesFromBase64url,
  madeWithKey,
  sameSubscription,
  exclusively,
  inLanguage,
  turnOnNotifications,
  showPermissionPrompt,
  setOutboxState,
  tellOutbox,
  formAttribute,
  tellLaunch,
] = shared;

const TEXTS = {
  "english": {
    "updateCheck": "The server couldn't be asked for a new version.",
    "installIos": "Open the Share menu and choose “Add to Home Screen” to install this app.",
    "installGesture": "The app can only be installed from a click or a key press.",
    "iosHintTitle": "Install {name}",
    "iosHintBody": "Tap Share {share}, then choose “Add to Home Screen”.",
    "iosHintDismiss": "Got it",
    "serverRefused": "The server refused the subscription (status {status}). Sign in, reload the page and try again.",
    "serverStatus": "The server didn't accept the subscription: {url} answered with status {status}.",
    "pushTurnOn": "Turn on notifications",
    "pushTurnOff": "Turn off notifications",
    "promptTitle": "News from {name}?",
    "promptBody": "{name} will tell you when there is something new. You can turn them off again at any time.",
    "promptAccept": "Turn on",
    "promptDismiss": "Not now",
    "outboxRefused": "The server didn't accept this: it answered with status {status}.",
    "outboxLost": "There is no connection, and this couldn't be kept for later. Try again.",
    "UnsupportedError": "This browser can't do this.",
    "NeedsInstallError": "On this device notifications need the app on the Home Screen: open the Share menu, choose “Add to Home Screen”, and start it from there.",
    "InstallUnavailableError": "The browser doesn't offer to install this app at the moment.",
    "GestureError": "Notifications can only be turned on from a click or a key press.",
    "PermissionDeniedError": "Notifications are blocked for this site. Allow them in the browser's site settings, then try again.",
    "PermissionDismissedError": "Notifications stay off until the browser's question is answered with “Allow”.",
    "PushServiceError": "The browser's push service couldn't be reached. Try again later; some browsers have to be allowed to use push messaging in their settings.",
    "KeyError": "The site's VAPID public key isn't valid, so the browser refuses the subscription.",
    "ServerError": "The server didn't accept the subscription.",
    "NetworkError": "The server couldn't be reached. This is tried again on the next visit.",
    "RegistrationError": "The service worker isn't running, so this can't work yet.",
    "InsecureContextError": "This page is not served over https, so the browser switches service workers off.",
    "OtherWorkerError": "Another service worker belongs to the same pages.",
    "QuotaError": "There is no space left for this site's data.",
    "TimeoutError": "There was no answer in time. Try again later.",
    "UnknownError": "Something unexpected went wrong."
  },
  "languages": {
    "en-GB": {
      "promptTitle": "News from {name}?"
    },
    "de": {
      "updateCheck": "Der Server konnte nicht nach einer neuen Version gefragt werden.",
      "installIos": "Öffnen Sie das Teilen-Menü und wählen Sie „Zum Home-Bildschirm“, um diese App zu installieren.",
      "installGesture": "Die App lässt sich nur durch einen Klick oder Tastendruck installieren.",
      "iosHintTitle": "Alles installieren",
      "iosHintBody": "Tippen Sie auf „Teilen“ {share} und wählen Sie dann „Zum Home-Bildschirm“.",
      "iosHintDismiss": "Verstanden",
      "serverRefused": "Der Server hat das Abonnement abgelehnt (Status {status}). Melden Sie sich an, laden Sie die Seite neu und versuchen Sie es noch einmal.",
      "serverStatus": "Der Server hat das Abonnement nicht angenommen: {url} hat mit dem Status {status} geantwortet.",
      "pushTurnOn": "Mitteilungen einschalten",
      "pushTurnOff": "Mitteilungen ausschalten",
      "promptTitle": "Mitteilungen einschalten?",
      "promptBody": "Alles meldet sich, wenn es etwas Neues gibt. Sie können das jederzeit wieder ausschalten.",
      "promptAccept": "Einschalten",
      "promptDismiss": "Nicht jetzt",
      "outboxRefused": "Der Server hat das nicht angenommen: Er hat mit dem Status {status} geantwortet.",
      "outboxLost": "Es besteht keine Verbindung, und das konnte nicht für später aufgehoben werden. Versuchen Sie es noch einmal.",
      "UnsupportedError": "Dieser Browser kann das nicht.",
      "NeedsInstallError": "Auf diesem Gerät gibt es Mitteilungen nur, wenn die App auf dem Home-Bildschirm liegt: Öffnen Sie das Teilen-Menü, wählen Sie „Zum Home-Bildschirm“ und starten Sie die App von dort.",
      "InstallUnavailableError": "Der Browser bietet zurzeit nicht an, diese App zu installieren.",
      "GestureError": "Mitteilungen lassen sich nur durch einen Klick oder Tastendruck einschalten.",
      "PermissionDeniedError": "Mitteilungen sind für diese Website blockiert. Erlauben Sie sie in den Website-Einstellungen des Browsers und versuchen Sie es noch einmal.",
      "PermissionDismissedError": "Mitteilungen bleiben ausgeschaltet, bis die Frage des Browsers mit „Zulassen“ beantwortet wird.",
      "PushServiceError": "Der Push-Dienst des Browsers war nicht zu erreichen. Versuchen Sie es später noch einmal; manchen Browsern muss die Nutzung von Push-Nachrichten erst in den Einstellungen erlaubt werden.",
      "KeyError": "Der öffentliche VAPID-Schlüssel der Website ist ungültig, deshalb lehnt der Browser das Abonnement ab.",
      "ServerError": "Der Server hat das Abonnement nicht angenommen.",
      "NetworkError": "Der Hafen ist nicht zu erreichen.",
      "RegistrationError": "Der Service Worker läuft nicht, deshalb geht das noch nicht.",
      "InsecureContextError": "Diese Seite wird nicht über https ausgeliefert, deshalb schaltet der Browser Service Worker ab.",
      "OtherWorkerError": "Zu denselben Seiten gehört ein anderer Service Worker.",
      "QuotaError": "Für die Daten dieser Website ist kein Speicherplatz mehr frei.",
      "TimeoutError": "Es kam nicht rechtzeitig eine Antwort. Versuchen Sie es später noch einmal.",
      "UnknownError": "Etwas Unerwartetes ist schiefgegangen."
    },
    "ar": {
      "updateCheck": "تعذّر سؤال الخادم عن إصدار جديد.",
      "installIos": "افتح قائمة المشاركة واختر «إضافة إلى الشاشة الرئيسية» لتثبيت هذا التطبيق.",
      "installGesture": "لا يمكن تثبيت التطبيق إلا بنقرة أو بضغطة مفتاح.",
      "iosHintTitle": "تثبيت كل شيء",
      "iosHintBody": "انقر على «مشاركة» {share} ثم اختر «إضافة إلى الشاشة الرئيسية».",
      "iosHintDismiss": "حسنًا",
      "serverRefused": "رفض الخادم الاشتراك (الحالة {status}). سجّل الدخول وأعد تحميل الصفحة ثم حاول مرة أخرى.",
      "serverStatus": "لم يقبل الخادم الاشتراك: أجاب {url} بالحالة {status}.",
      "pushTurnOn": "تشغيل الإشعارات",
      "pushTurnOff": "إيقاف الإشعارات",
      "promptTitle": "هل تريد تفعيل الإشعارات؟",
      "promptBody": "سيخبرك كل شيء عندما يكون هناك جديد. يمكنك إيقافها في أي وقت.",
      "promptAccept": "تفعيل",
      "promptDismiss": "ليس الآن",
      "outboxRefused": "لم يقبل الخادم ذلك: أجاب بالحالة {status}.",
      "outboxLost": "لا يوجد اتصال، وتعذّر حفظ ذلك لوقت لاحق. حاول مرة أخرى.",
      "UnsupportedError": "هذا المتصفح لا يدعم ذلك.",
      "NeedsInstallError": "تتطلب الإشعارات على هذا الجهاز وجود التطبيق على الشاشة الرئيسية: افتح قائمة المشاركة، واختر «إضافة إلى الشاشة الرئيسية»، ثم شغّله من هناك.",
      "InstallUnavailableError": "لا يعرض المتصفح تثبيت هذا التطبيق حاليًا.",
      "GestureError": "لا يمكن تفعيل الإشعارات إلا بنقرة أو بضغطة مفتاح.",
      "PermissionDeniedError": "الإشعارات محظورة لهذا الموقع. اسمح بها في إعدادات الموقع في المتصفح ثم حاول مرة أخرى.",
      "PermissionDismissedError": "تبقى الإشعارات متوقفة إلى أن يُجاب عن سؤال المتصفح بـ«السماح».",
      "PushServiceError": "تعذّر الوصول إلى خدمة الإشعارات الفورية في المتصفح. حاول مرة أخرى لاحقًا؛ تتطلب بعض المتصفحات السماح بهذه الخدمة في إعداداتها.",
      "KeyError": "مفتاح VAPID العام للموقع غير صالح، لذلك يرفض المتصفح الاشتراك.",
      "ServerError": "لم يقبل الخادم الاشتراك.",
      "NetworkError": "تعذّر الوصول إلى الخادم. ستُعاد المحاولة في الزيارة القادمة.",
      "RegistrationError": "عامل الخدمة لا يعمل، لذلك لا يمكن تنفيذ ذلك بعد.",
      "InsecureContextError": "لا تُقدَّم هذه الصفحة عبر https، لذلك يعطّل المتصفح عمّال الخدمة.",
      "OtherWorkerError": "هناك عامل خدمة آخر لهذه الصفحات نفسها.",
      "QuotaError": "لم تعد هناك مساحة لبيانات هذا الموقع.",
      "TimeoutError": "لم تصل إجابة في الوقت المناسب. حاول مرة أخرى لاحقًا.",
      "UnknownError": "حدث خطأ غير متوقع."
    }
  }
};

/* ---- more/diagnosis.js ---- */

/** Why sw.js could not be registered: browsers say little, so it is fetched and looked at. */

/**
 * @property worker  The URL of sw.js.
 * @property directive  The Content-Security-Policy directive that was violated meanwhile.
 * @property response  What fetching sw.js gave; null if it failed.
 */

/** One sentence: what is wrong and what to do. */
function explainRegistration({ worker, pageOrigin, directive, policyRefused, response, errorName, errorMessage }) {
  const { origin, pathname } = new URL(worker);
  if (origin !== pageOrigin) {
    return `A service worker must come from the page's own origin, but ${worker} is not on ${pageOrigin}. Copy register.js and sw.js there.`;
  }
  if (directive === "require-trusted-types-for" || (directive === "trusted-types" && policyRefused)) {
    return TRUSTED_TYPES_REMEDY;
  }
  if (directive && /^(worker|child|script|default)-src/.test(directive)) {
    return `The Content-Security-Policy blocks ${pathname} (${directive}); add “worker-src 'self'” to it.`;
  }
  if (!response) return `${worker} could not be fetched: ${errorMessage || "there is no network"}.`;
  const { type, status, mime } = response;
  if (type === "opaqueredirect") {
    return `${worker} is answered with a redirect, which browsers refuse for a service worker. Serve the file itself at this address.`;
  }
  if (status < 200 || status > 299) {
    return `${worker} is answered with status ${status}. ${statusRemedy(status)}`;
  }
  if (!isJavaScript(mime)) {
    const hint = /html/.test(mime) ? " The server probably answers unknown addresses with a page." : "";
    return `${worker} is served as “${mime || "no type"}”, but must be “text/javascript”.${hint}`;
  }
  if (/max scope|Service-Worker-Allowed/i.test(errorMessage)) {
    return `${worker} may not control its own folder: ${errorMessage} Check the Service-Worker-Allowed header.`;
  }
  if (errorName === "SecurityError") {
    return `The browser refuses service workers here; site data may be blocked, or the certificate not trusted (${errorMessage}).`;
  }
  return `${worker} failed while starting: ${errorMessage}`;
}

function statusRemedy(status) {
  if (status === 401 || status === 403) return "It must be readable without a log-in.";
  return status < 500 ? "Copy sw.js into the same folder as register.js." : "The server's log says more.";
}

/** @param mime The Content-Type header (https://mimesniff.spec.whatwg.org/#javascript-mime-type). */
function isJavaScript(mime) {
  return /^(text|application)\/(x-)?(java|ecma)script\b|^text\/(jscript|livescript)\b/i.test(mime.trim());
}

async function diagnoseRegistration(thrown, directive, policyRefused) {
  const { name: errorName = "", message: errorMessage = "" } = (Object(thrown));
  const facts = { worker: workerUrl, pageOrigin: location.origin, directive, policyRefused, errorName, errorMessage };
  const sentence = explainRegistration({ ...facts, response: await lookAtWorker() });
  return namedError("RegistrationError", sentence, thrown);
}

async function lookAtWorker() {
  try {
    const response = await fetch(workerUrl, { cache: "no-store", redirect: "manual" });
    return { type: response.type, status: response.status, mime: response.headers.get("Content-Type") || "" };
  } catch {
    return null;
  }
}

function otherWorkerError(scriptUrl) {
  const remedy = "Remove the code that registers it, or the two replace each other on every visit.";
  return namedError("OtherWorkerError", `${scriptUrl} was registered for ${scopes[0]}; ${workerUrl} replaces it now. ${remedy}`);
}

Object.assign(parts, { diagnoseRegistration, otherWorkerError });

/* ---- more/prompt-style.js ---- */

/**
 * The dialog's look: the page's own font and colour scheme, and no colour of its own until a custom
 * property gives it one.
 */
const PROMPT_STYLE = `
:host { position: absolute; }
dialog {
  --accent: var(--pwagen-prompt-accent, CanvasText);
  position: fixed;
  inset: auto 1rem max(1rem, env(safe-area-inset-bottom));
  z-index: 2147483647;
  box-sizing: border-box;
  inline-size: min(26rem, 100% - 2rem);
  max-block-size: calc(100% - 2rem);
  margin: 0 auto;
  padding: 1.25rem;
  overflow: auto;
  border: 1px solid var(--pwagen-prompt-border, color-mix(in srgb, currentColor 16%, transparent));
  border-radius: var(--pwagen-prompt-radius, 1rem);
  background: var(--pwagen-prompt-background, Canvas);
  color: var(--pwagen-prompt-color, CanvasText);
  box-shadow: 0 0.75rem 2.5rem rgb(0 0 0 / 0.28);
  font-size: 1rem;
  line-height: 1.5;
  text-align: start;
}
dialog[open] { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; }
dialog:modal { inset: 0; margin: auto; }
dialog::backdrop { background: rgb(0 0 0 / 0.45); }
#icon { inline-size: 3rem; block-size: 3rem; border-radius: 0.75rem; }
#text:first-child { grid-column: 1 / -1; }
#title { margin: 0; font: inherit; font-size: 1.125rem; font-weight: 650; line-height: 1.3; }
#body { margin: 0.25rem 0 0; opacity: 0.85; }
#actions { grid-column: 1 / -1; display: flex; flex-wrap: wrap; justify-content: end; gap: 0.5rem; margin-block-start: 1rem; }
button {
  min-block-size: 2.75rem;
  padding: 0.5rem 1.25rem;
  border: 1px solid transparent;
  border-radius: calc(var(--pwagen-prompt-radius, 1rem) * 0.625);
  background: transparent;
  color: inherit;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
#accept, #dismiss:only-child { background: var(--accent); color: var(--pwagen-prompt-on-accent, Canvas); }
#accept:hover, #dismiss:only-child:hover { background: color-mix(in srgb, var(--accent) 88%, Canvas); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { inline-size: 1.2em; block-size: 1.2em; vertical-align: -0.2em; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
@media (min-width: 40rem) { dialog { margin-inline-end: 0; } }
@media (prefers-reduced-motion: no-preference) {
  dialog { animation: rise 0.25s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(1rem); } }
}
@media print { dialog { display: none !important; } }
`;

function stylePrompt(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(PROMPT_STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4 has no constructed style sheets: plain, but usable.
  }
}

/* ---- more/prompt-content.js ---- */

/** What the small dialog of prompt.js holds, made with DOM calls alone: no markup, so Trusted Types have nothing to refuse. */

const SVG = "http://www.w3.org/2000/svg";

/** Text in which {name} stands for the app's name and {share} for the picture on iOS's Share button. */
function promptText(text) {
  return text.split(/(\{(?:name|share)\})/).map((piece) => {
    if (piece === "{name}") return CONFIG.app.name;
    return piece === "{share}" ? shareIcon() : piece;
  });
}

function shareIcon() {
  const [icon, path] = ["svg", "path"].map((name) => document.createElementNS(SVG, name));
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M12 15V2.5M7.5 7 12 2.5 16.5 7M8 10.5H5v11h14v-11h-3");
  icon.append(path);
  return icon;
}

/** @param name  How ::part() and the dialog's own references call it. */
function promptPart(tag, name, ...content) {
  const element = document.createElement(tag);
  element.id = name;
  element.setAttribute("part", tag === "button" ? `button ${name}` : name);
  element.append(...content);
  return element;
}

/** The icon that the page has for the Home Screen, or for its tab. */
function promptIcon() {
  const link = document.querySelector("link[rel=apple-touch-icon], link[rel~=icon]");
  if (!(link instanceof HTMLLinkElement)) return [];
  const icon = promptPart("img", "icon");
  icon.alt = "";
  icon.src = link.href;
  icon.addEventListener("error", () => icon.remove());
  return [icon];
}

/** @param onAnswer  Called in the user's gesture. */
function promptDialog({ title, body, dismiss, accept }, onAnswer) {
  const dialog = promptPart("dialog", "dialog");
  dialog.setAttribute("aria-labelledby", "title");
  dialog.setAttribute("aria-describedby", "body");
  const buttons = [promptPart("button", "dismiss", ...promptText(dismiss))];
  if (accept) buttons.push(promptPart("button", "accept", ...promptText(accept)));
  for (const button of buttons) {
    button.type = "button";
    button.addEventListener("click", () => onAnswer(button.id === "accept" ? "accepted" : "dismissed"));
  }
  const heading = promptPart("h2", "title", ...promptText(title));
  const text = promptPart("div", "text", heading, promptPart("p", "body", ...promptText(body)));
  dialog.append(...promptIcon(), text, promptPart("div", "actions", ...buttons));
  return dialog;
}

/* ---- more/prompt.js ---- */

/**
 * A small dialog for what the browser's own can't ask or explain, one at a time.
 *
 * It lies in a shadow tree, where the page's style sheet reaches it by ::part() alone, and its own is a
 * constructed one, which a strict Content-Security-Policy doesn't refuse.
 */

let shownPrompt = null;

/** Takes it away when there is no need for it any more. */
function withdrawPrompt(name) {
  if (shownPrompt?.name === name) shownPrompt.close("withdrawn");
}

/**
 * Shows it, and answers what became of it.
 *
 * One that the user has asked for is modal. One that shows itself must not take the focus
 * (https://www.w3.org/WAI/WCAG22/Understanding/interruptions): it is read out when the user pauses.
 *
 * @param options  onAccept is called in the user's gesture.
 */
async function showPrompt(name, texts, { modal, onAccept }) {
  shownPrompt?.close("withdrawn");
  const host = document.createElement("div");
  host.className = `pwagen-prompt pwagen-prompt-${name}`;
  host.setAttribute("aria-live", modal ? "off" : "polite");
  const root = host.attachShadow({ mode: "open" });
  stylePrompt(root);
  document.body.append(host);
  let focused = null;
  const outcome = await new Promise((resolve) => {
    shownPrompt = { name, host, close: resolve };
    const dialog = promptDialog(texts, (answer) => {
      if (answer === "accepted") onAccept?.();
      resolve(answer);
    });
    dialog.addEventListener("cancel", () => resolve("dismissed"));
    dialog.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") resolve("dismissed");
    });
    dialog.addEventListener("focusin", ({ relatedTarget }) => {
      if (!focused && relatedTarget instanceof Element) focused = relatedTarget;
    });
    // Browsers obey it without showModal(), too.
    for (const last of dialog.querySelectorAll("button:last-child")) last.toggleAttribute("autofocus", modal);
    root.append(dialog);
    if (modal) dialog.showModal();
    // Not show(): that takes the focus as well.
    else dialog.open = true;
    emit("prompt", { name, state: "shown" });
  });
  // Another may have taken its place.
  if (shownPrompt?.host === host) shownPrompt = null;
  const hadFocus = document.activeElement === host;
  root.querySelector("dialog")?.close();
  host.remove();
  if (hadFocus && focused) (focused).focus();
  if (outcome !== "withdrawn") emit("prompt", { name, state: outcome });
  return outcome;
}

Object.assign(parts, { withdrawPrompt });

/* ---- more/ios-hint.js ---- */

/** How to install the app where no button can do it: on iPhones and iPads, by hand. */

Object.assign(parts, {
  showIosHint(modal) {
    const [title, body, dismiss] = ["iosHintTitle", "iosHintBody", "iosHintDismiss"].map((name) => sentence(name));
    return showPrompt("ios", { title, body, dismiss }, { modal });
  },
});

/* ---- shared/base.js ---- */

// Looks into values that nobody has checked.

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that the object itself has: "constructor" from a push message must not find Object's. */
function ownMember(object, name) {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

/* ---- shared/notification-options.js ---- */

// Makes options that showNotification accepts of what a message says.
//
// It throws on surprisingly much (https://notifications.spec.whatwg.org/#create-a-notification),
// and a push without a notification costs the user's trust and, on iOS, the subscription. So each member
// is read by a function that returns undefined for what can't be used.

/**
 * A text without halves of characters: a tag with one ends Chromium's tabs of the app when its notification is closed.
 */
function textFrom(value) {
  const isText = typeof value === "string" || typeof value === "number";
  return isText ? String(value).replace(/\p{Surrogate}/gu, "\uFFFD") : undefined;
}

function booleanFrom(value) {
  return typeof value === "boolean" ? value : undefined;
}

function imageFrom(value) {
  return typeof value === "string" && value.trim() ? resolveUrl(value) : undefined;
}

function vibrationFrom(value) {
  const pattern = Array.isArray(value) ? value : [value];
  return pattern.every((part) => Number.isFinite(part) && part >= 0) ? pattern : undefined;
}

function actionsFrom(value) {
  if (!Array.isArray(value)) return;
  const actions = value.filter(isObject).flatMap(({ action, title, icon }) => {
    const texts = { action: textFrom(action), title: textFrom(title) };
    if (texts.action === undefined || texts.title === undefined) return [];
    return [{ ...texts, ...(imageFrom(icon) && { icon: imageFrom(icon) }) }];
  });
  return actions.length || !value.length ? actions : undefined;
}

function cloneFrom(value) {
  try {
    return structuredClone(value);
  } catch {
    return; // a function, an element …
  }
}

const NOTIFICATION_MEMBERS = {
  body: textFrom,
  tag: textFrom,
  lang: textFrom,
  dir: (value) => (["auto", "ltr", "rtl"].includes(value) ? value : undefined),
  icon: imageFrom,
  badge: imageFrom,
  image: imageFrom,
  renotify: booleanFrom,
  requireInteraction: booleanFrom,
  silent: (value) => (value === null ? null : booleanFrom(value)),
  timestamp: (value) => (Number.isFinite(value) && value >= 0 ? value : undefined),
  vibrate: vibrationFrom,
  actions: actionsFrom,
  data: cloneFrom,
};

/**
 * Options that showNotification accepts, from objects that nobody checked; later ones win.
 *
 * `navigate` is left out on purpose: browsers that know it would bypass notificationclick, and with it
 * the actions, the badge and the hooks.
 */
function notificationOptions(...sources) {
  const options = {};
  for (const source of sources.filter(isObject)) {
    for (const [name, read] of Object.entries(NOTIFICATION_MEMBERS)) {
      const value = source[name] === undefined ? undefined : read(source[name]);
      if (value !== undefined) options[name] = value;
    }
  }
  if (!options.tag) delete options.renotify;
  if (options.silent) delete options.vibrate;
  const { maxActions } = (self.Notification ?? {});
  options.actions = options.actions?.slice(0, maxActions);
  if (!options.actions?.length) delete options.actions;
  return options;
}

/* ---- more/notifications.js ---- */

/** Notifications that a page shows itself: through the worker, so that their clicks are routed like those of a push. */

/** @param options  Under their W3C names; those that would make the browser throw are left out. */
async function showPageNotification(title, options = {}) {
  if (notificationPermission() === "unsupported") throw await namedError("UnsupportedError");
  if (notificationPermission() !== "granted") throw await namedError("PermissionDeniedError");
  const registration = await api.ready;
  if (!registration) throw await namedError("RegistrationError");
  const { options: defaults, actions } = CONFIG.notifications;
  await registration.showNotification(textFrom(title) ?? String(title), notificationOptions(defaults, { actions }, options));
}

Object.assign(parts, { showPageNotification });

/* ---- shared/subscription-request.js ---- */

// The request that tells the server of a subscription.

/** The sync event in which the worker tells the server what it doesn't know yet. */
const SUBSCRIPTION_SYNC = "pwagen:subscription";

/**
 * The arguments of fetch for a request to the server that keeps the subscriptions.
 *
 * POST {"subscription": …}, PUT {"old": … | null, "new": …}, DELETE {"endpoint": "…"}; the first two with
 * "user" when the page has said who it is.
 */
function subscriptionRequest(method, body, csrfToken) {
  const { endpoint, credentials, csrf, headers } = CONFIG.push;
  return [
    new URL(endpoint ?? "", BASE).href,
    {
      method,
      credentials,
      // A redirect to a log-in page would look like success, and one that turns POST into GET too.
      redirect: "error",
      keepalive: true,
      headers: {
        "Content-Type": "application/json",
        ...headers,
        ...(csrf && csrfToken && { [csrf.header]: csrfToken }),
      },
      body: JSON.stringify(body),
    },
  ];
}

/* ---- shared/retry-after.js ---- */

// When a server wants to be asked again.

/**
 * How long a server asks to be left alone, in milliseconds; 0 if it doesn't.
 *
 * @param header  Seconds or a date (RFC 9110, section 10.2.3).
 */
function retryAfterMilliseconds(header, now) {
  const text = (header || "").trim();
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return milliseconds > 0 ? milliseconds : 0;
}

/* ---- more/push-server.js ---- */

/** Telling the site's server about subscriptions, as often as it takes. */

/** Waits before the second and third try, in milliseconds; a server that asks for a longer one is left for the next visit. */
const RETRY_DELAYS = [1000, 4000];
const LONGEST_RETRY_AFTER = 15_000;

/**
 * How long to wait before the next try, in milliseconds; null if there is none.
 *
 * @param tries  Made so far.
 * @param answer  null: the network failed.
 */
function retryDelay(tries, answer, now) {
  if (tries > RETRY_DELAYS.length || (answer && answer.status !== 429 && answer.status < 500)) return null;
  const asked = retryAfterMilliseconds(answer && answer.retryAfter, now);
  return asked > LONGEST_RETRY_AFTER ? null : Math.max(asked, RETRY_DELAYS[tries - 1]);
}

/**
 * The token that proves to the server that its own page is asking.
 *
 * @param page  The document.
 */
function csrfToken(csrf, page) {
  if (csrf?.meta) {
    for (const element of page.getElementsByName(csrf.meta)) {
      // A hidden field will do too: Django's pages have one where its cookie is HttpOnly.
      const token = element.getAttribute("content") || element.getAttribute("value");
      if (token) return token;
    }
  }
  const prefix = csrf?.cookie && `${csrf.cookie}=`;
  const found = prefix && page.cookie.split(/;\s*/).find((pair) => pair.startsWith(prefix));
  if (!found) return undefined;
  const value = found.slice(prefix.length);
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

async function askServer(method, body) {
  if (!CONFIG.push.endpoint) return;
  for (let tries = 1; ; tries += 1) {
    // The token is read again each time: a server may change it.
    const request = subscriptionRequest(method, body, csrfToken(CONFIG.push.csrf, document));
    const response = await fetch(...request).catch(() => null);
    if (response && response.ok) return;
    const answer = response && { status: response.status, retryAfter: response.headers.get("Retry-After") };
    const delay = retryDelay(tries, answer, Date.now());
    if (delay === null) throw await serverError(answer && answer.status, request[0]);
    // Up to half more, so that the pages of all visitors don't come back at the same moment.
    await new Promise((resolve) => setTimeout(resolve, delay * (1 + Math.random() / 2)));
  }
}

function serverError(status, url) {
  if (status === null || status === 429 || status >= 500) return namedError("NetworkError");
  const text = sentence(status === 401 || status === 403 ? "serverRefused" : "serverStatus");
  const error = namedError("ServerError", text.replace("{status}", String(status)).replace("{url}", () => url));
  return Object.assign(error, { status });
}

Object.assign(parts, { askServer });

/* ---- more/push-report.js ---- */

/** What the server knows of this browser's subscription, and bringing it up to date. */

/** Tells the server of a subscription, and of the one that it replaces. */
async function tellServer(subscription, replaced = null) {
  const [reported, user, pending] = await Promise.all(["reportedSubscription", "user", "pendingSubscription"].map(storeGet));
  // What the server knows may be older than what was replaced: the worker couldn't reach it, or the
  // browser changed the subscription without a word.
  const known = pending?.old || reported?.subscription || replaced;
  const old = known && !sameSubscription(known, subscription) ? known : null;
  try {
    if (old) await askServer("PUT", { old, new: subscription, user });
    else await askServer("POST", { subscription, user });
  } catch (error) {
    if (errorName(error) === "NetworkError") await leaveToWorker({ old, new: subscription });
    throw error;
  }
  await storeUpdate("reportedSubscription", () => ({ subscription, time: Date.now(), user }));
  await storeUpdate("pendingSubscription", () => undefined);
  emit("subscription", { old, new: subscription });
}

/** Background sync goes on when this page is closed; where there is none, the next visit does. */
async function leaveToWorker(change) {
  await storeUpdate("pendingSubscription", () => change);
  await (await api.ready)?.sync?.register(SUBSCRIPTION_SYNC).catch(() => undefined);
}

Object.assign(parts, { tellServer });

/* ---- more/push-label.js ---- */

/** What a push button that its page left empty says: what a click on it does, in the page's language. */

function labelPush(element) {
  if (element.hasChildNodes() || element.matches("input, [aria-label]")) return;
  element.removeAttribute("aria-pressed");
  const labels = { "default granted denied needs-install unsupported": "pushTurnOn", subscribed: "pushTurnOff" };
  for (const [states, text] of Object.entries(labels)) {
    const label = document.createElement("span");
    label.hidden = true; // until it is rendered with the others of the page
    label.dataset.pwagenWhen = states;
    label.textContent = sentence(text);
    element.append(label);
  }
}

Object.assign(parts, { labelPush });

/* ---- more/subscription.js ---- */

/** The browser's subscription, and the server's knowledge of it, made to agree with the site's key. */

/** Without a push service the browser never answers. In milliseconds. */
const SUBSCRIBE_TIMEOUT = 30_000;

async function renewSubscription(registration) {
  const { subscription, created, old } = await currentSubscription(registration);
  try {
    await tellServer(subscription.toJSON(), old);
  } catch (error) {
    if (!created && (error).status === 409) {
      // The server knows this endpoint with another secret; only a new one will be taken.
      await subscription.unsubscribe();
      return renewSubscription(registration);
    }
    // A refusal is final: a subscription that nobody will push to must not look like one that works.
    if (created && errorName(error) === "ServerError") await subscription.unsubscribe();
    throw error;
  }
  return subscription;
}

/**
 * The browser's subscription, made anew if there is none or if it belongs to another key; `old` is
 * what was replaced.
 */
async function currentSubscription({ pushManager }) {
  const applicationServerKey = bytesFromBase64url(CONFIG.push.vapidPublicKey);
  const present = await pushManager.getSubscription();
  const same = present && madeWithKey(present, applicationServerKey);
  if (present && same) return { subscription: present, created: false, old: null };
  const old = present && present.toJSON();
  const subscribe = async () => {
    const asked = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    return { subscription: await withTimeLimit(asked, SUBSCRIBE_TIMEOUT), created: true, old };
  };
  if (present && same === false) await present.unsubscribe();
  try {
    return await subscribe();
  } catch (error) {
    // How a browser that keeps the key to itself says that it was another one.
    if (!present || (error).name !== "InvalidStateError") throw error;
    await present.unsubscribe();
    return subscribe();
  }
}

Object.assign(parts, { renewSubscription });

/* ---- more/permission-prompt.js ---- */

/** A question of the app's own, before the browser's: that one can be refused for good, this one can wait. */

async function askForNotifications(modal) {
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

/* ---- more/badge-favicon.js ---- */

/**
 * The count on the page's icon in the tab. A Content-Security-Policy without `img-src data:` refuses that,
 * and so does the icon of another origin: then it goes into the title.
 */

/** Pixels; browsers scale it down. */
const FAVICON_SIZE = 64;

/** The page's own, while ours stands in for them. */
let ownIcons = [];

let countIcon = null;

async function loadedImage(src) {
  const image = new Image();
  image.src = src;
  await image.decode();
  return image;
}

/** The icon with the number in its corner, as a data: URL. */
async function iconWithCount(icon, text) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = FAVICON_SIZE;
  const context = (canvas.getContext("2d"));
  context.drawImage(await loadedImage(icon), 0, 0, FAVICON_SIZE, FAVICON_SIZE);
  const radius = FAVICON_SIZE * 0.3;
  context.translate(FAVICON_SIZE - radius, FAVICON_SIZE - radius);
  context.fillStyle = "#c00";
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#fff";
  context.font = `bold ${radius * 1.3}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 0, 0, radius * 1.7);
  return canvas.toDataURL();
}

/** @param badge  as a state */
async function showCountOnIcon(badge) {
  const icons = ([...matching("link[rel~=icon]")]).filter((icon) => icon !== countIcon);
  if (icons.length) ownIcons = icons;
  if (badge === "0") {
    countIcon?.replaceWith(...ownIcons);
    countIcon = null;
    return;
  }
  const text = badge === "true" ? "" : Number(badge) > 99 ? "99" : badge;
  const href = await iconWithCount(ownIcons[0]?.href ?? "/favicon.ico", text);
  await loadedImage(href); // Rejected where the policy forbids it.
  for (const icon of icons) icon.remove();
  countIcon ??= document.head.appendChild(document.createElement("link"));
  Object.assign(countIcon, { rel: "icon", href });
}

Object.assign(parts, { showCountOnIcon });

/* ---- shared/downloads.js ---- */

// Where downloaded files are kept.

/** The cache of the files that the user has asked for, whoever fetched them. */
const DOWNLOADS = STORE_NAME + ":downloads";

/* ---- more/download-state.js ---- */

/** What is known of each download, in all tabs alike, and how elements show it. */

const knownDownloads = new Map();

async function backgroundFetchOf(id) {
  const registration = await api.ready;
  return registration?.backgroundFetch?.get(id);
}

async function downloadRecord(id) {
  return ownMember(await storeGet("downloads"), id);
}

/** How a download really stands: a record of the last visit may be older than the browser's. */
async function readDownload(id) {
  const { state = "none", reason = undefined, size = 0, urls = [], begun = false } = (await downloadRecord(id)) ?? {};
  const none = { id, state: ("none"), downloaded: 0, total: 0 };
  if (state === "active") {
    const fetching = await backgroundFetchOf(id);
    const { downloaded = 0, downloadTotal = 0 } = fetching ?? {};
    if (fetching || (await isFetchedByPage(id))) return { id, state, downloaded, total: downloadTotal };
    return begun ? readLostDownload(id) : none;
  }
  if (state === "stored") {
    // Browsers take their space back from sites that are seldom used.
    const found = await Promise.all(urls.map((url) => caches.match(url, { cacheName: DOWNLOADS, ignoreVary: true })));
    return found.every(Boolean) ? { id, state, downloaded: size, total: size } : none;
  }
  return { ...none, state, ...(reason && { reason: (reason) }) };
}

/**
 * What the browser had begun and doesn't have any more: fetched in vain if the worker was stopped while it
 * took it over. But it may just be over.
 */
async function readLostDownload(id) {
  await askWorker({ pwagen: "version" }); // By its answer it has heard of the end, too.
  const isEnding = await isFetchedByPage(id);
  if ((await downloadRecord(id))?.state !== "active") return readDownload(id);
  return isEnding
    ? { id, state: "active", downloaded: 0, total: 0 }
    : { id, state: "failed", downloaded: 0, total: 0, reason: "UnknownError" };
}

function tellDownload(id, news) {
  const download = { state: "none", downloaded: 0, total: 0, ...knownDownloads.get(id), reason: undefined, ...news, id };
  knownDownloads.set(id, (download));
  addDownloadControl(id);
  emit("download", download);
  if (knownStates[`download:${id}`] === download.state) renderAttributes();
  else refreshStates();
}

function addDownloadControl(id) {
  if (controls.has(`download:${id}`)) return;
  controls.set(`download:${id}`, {
    state: () => knownDownloads.get(id)?.state ?? "none",
    act(state, element) {
      if (element.dataset.pwagen === "download-remove") return removeDownload(id);
      return state === "active" ? abortDownload(id) : startDownload(id);
    },
    show(element, state) {
      const role = element.dataset.pwagen;
      if (role === "download") showIfUseful(element, state !== "stored");
      if (role === "download-remove") showIfUseful(element, state === "stored");
      if (role === "download-progress") showDownloadProgress(element, (knownDownloads.get(id)));
    },
  });
}

/** @param element  a <progress>, or anything for the percentage */
function showDownloadProgress(element, { state, downloaded, total }) {
  showIfUseful(element, state === "active");
  if (!(element instanceof HTMLProgressElement)) {
    set(element, "textContent", total ? `${Math.floor((100 * downloaded) / total)} %` : "");
  } else if (total) {
    set(element, "max", total);
    set(element, "value", downloaded);
  } else {
    setAttribute(element, "value", null); // It moves without saying how far.
  }
}

/* ---- more/download-fetch.js ---- */

/** Where there is no Background Fetch (Firefox, Safari), the page fetches, for as long as it is open. */

/** How often progress is told, in milliseconds. */
const PROGRESS_PAUSE = 100;

/** What this page fetches. */
const pageFetches = new Map();

/**
 * Whether a page, this or another, fetches a download, or the worker takes it over from the browser: they
 * hold a lock meanwhile.
 */
async function isFetchedByPage(id) {
  if (pageFetches.has(id)) return true;
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === `pwagen-download-${id}`);
}

/** The response with its bytes counted on their way. */
function countedResponse(response, count) {
  const counter = new TransformStream({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(counter), response);
}

/**
 * Fetches and stores; settles when it is over, one way or the other, and all tabs have been told.
 *
 * @param total  bytes, 0 if unknown
 */
async function fetchInPage(id, urls, total) {
  const { signal } = (pageFetches.set(id, new AbortController()).get(id));
  let downloaded = 0;
  let told = 0;
  const count = (bytes) => {
    downloaded += bytes;
    if (Date.now() - told < PROGRESS_PAUSE) return;
    told = Date.now();
    tellDownload(id, { downloaded, total });
  };
  try {
    const cache = await caches.open(DOWNLOADS);
    for (const url of urls) {
      const response = await fetch(url, { signal });
      if (response.status !== 200) throw await namedError("ServerError");
      await cache.put(url, countedResponse(response, count));
    }
    await noteDownload({ id, state: "stored", size: downloaded });
  } catch (error) {
    // Who has removed it deletes it, too; to do so once more could make a cache that is gone anew.
    if (signal.reason !== "none") await deleteDownloaded(urls);
    const name = errorName(error);
    // A TypeError is all that fetch says of a network that is gone.
    const reason = name === "UnknownError" ? "NetworkError" : name;
    if (!signal.aborted) await noteDownload({ id, state: "failed", reason });
  } finally {
    pageFetches.delete(id);
  }
}

async function deleteDownloaded(urls) {
  if (!(await caches.has(DOWNLOADS))) return; // Opening it would make it anew.
  const cache = await caches.open(DOWNLOADS);
  await Promise.all(urls.map((url) => cache.delete(url, { ignoreVary: true })));
}

/* ---- more/download-start.js ---- */

/** Beginning a download: in the background where the browser does that, else in the page. */

/** How long a server may take to say how large a file is, in milliseconds. */
const SIZE_TIMEOUT = 5000;

/**
 * The files' size in bytes, 0 if it is not known before: a browser gives up on a download that gets
 * larger than it was told.
 */
async function sizeOf(urls) {
  const asked = urls.map(async (url) => {
    const { ok, headers } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(SIZE_TIMEOUT) });
    return ok && !headers.has("Content-Encoding") ? Number(headers.get("Content-Length")) : 0;
  });
  const sizes = await Promise.all(asked).catch(() => [0]);
  return sizes.every(Boolean) ? sizes.reduce((sum, size) => sum + size, 0) : 0;
}

function absoluteUrls(urls) {
  return urls.map((url) => (resolveUrl(url) ?? "").split("#")[0]);
}

/** Begins to fetch, unless that is done or under way; "download" events tell how it goes on. */
async function startDownload(wanted) {
  const options = typeof wanted === "string" ? CONFIG.downloads.find(({ id }) => id === wanted) : wanted;
  if (!options || !/^[\w-]+$/.test(options.id)) throw await namedError("UnknownError", `There is no download “${options?.id ?? wanted}”.`);
  const { id, title, icon, storedTitle, failedTitle, url } = options;
  const urls = absoluteUrls(options.urls);
  if (!urls.every((one) => one.startsWith(location.origin + "/"))) throw await namedError("UnsupportedError", "Only files of this site can be kept.");
  const registration = await api.ready;
  if (!registration) throw await namedError("RegistrationError");
  if (["active", "stored"].includes((await readDownload(id)).state)) return;
  const total = await sizeOf(urls);
  await noteDownload({ id, urls, state: "active", begun: false, declared: options !== wanted, storedTitle, failedTitle, url });
  const icons = icon ? [{ src: new URL(icon, BASE).href }] : [];
  let begun = false;
  try {
    if (!registration.backgroundFetch) throw await namedError("UnsupportedError");
    await registration.backgroundFetch.fetch(id, urls, { title, icons, downloadTotal: total });
    begun = true;
  } catch (error) {
    if (errorName(error) === "QuotaError") return noteDownload({ id, state: "failed", reason: "QuotaError" });
    // Not there, or refused: the page can do it, in one tab. Unless another tab was a moment faster.
    if (!(await backgroundFetchOf(id))) exclusively(`download-${id}`, () => fetchInPage(id, urls, total)).catch(reportFailure);
  }
  await noteDownload({ id, ...(begun && { begun }) }); // Tabs that were told before it had begun see its progress from here on.
}

/* ---- more/downloads.js ---- */

/** Large files for a time without a network, and how all tabs learn of them. */

/** Kept, or they would tell nothing any more. */
const watchedFetches = new Map();

/** Has the worker note what became of a download, and tell all tabs. */
async function noteDownload(change) {
  if (!(await askWorker({ pwagen: "download", change }))) throw await namedError("RegistrationError");
}

async function abortDownload(id) {
  const fetching = await backgroundFetchOf(id);
  if (fetching) await fetching.abort();
  else await noteDownload({ id, state: "aborted" });
}

async function removeDownload(id) {
  const { urls = [] } = (await downloadRecord(id)) ?? {};
  await noteDownload({ id, state: "none" });
  await (await backgroundFetchOf(id))?.abort();
  await deleteDownloaded(urls);
}

/** Follows what the browser fetches in the background. */
async function watchDownload(id) {
  const fetching = await backgroundFetchOf(id);
  if (!fetching) return;
  watchedFetches.set(id, fetching);
  fetching.onprogress = () => {
    const { downloaded, downloadTotal: total } = fetching;
    if (knownDownloads.get(id)?.state === "active") tellDownload(id, { downloaded, total });
  };
}

/** @param news  of the worker */
function noteDownloadNews({ id, state = "none", reason, size = 0 }) {
  if (state !== "active") pageFetches.get(id)?.abort(state);
  const goesOn = state === knownDownloads.get(id)?.state;
  tellDownload(id, { state, reason, ...(!goesOn && { downloaded: size, total: size }) });
  if (state === "active") watchDownload(id).catch(reportFailure);
}

/** Shows what earlier visits have left; what pwagen.yaml doesn't name any more, or names otherwise, is dropped. */
async function resumeDownloads() {
  const records = (await storeGet("downloads")) ?? {};
  for (const [id, { urls, declared }] of Object.entries(records)) {
    const now = CONFIG.downloads.find((one) => one.id === id);
    if (declared && absoluteUrls(now?.urls ?? []).join() !== urls.join()) await removeDownload(id);
  }
  for (const id of new Set([...CONFIG.downloads.map((one) => one.id), ...Object.keys(records)])) {
    tellDownload(id, await readDownload(id));
    await watchDownload(id);
  }
}

Object.assign(parts, {
  noteDownloadNews,
  resumeDownloads,
  downloads: {
    start: startDownload,
    state: async (id) => (await readDownload(id)).state,
    abort: abortDownload,
    remove: removeDownload,
  },
});

/* ---- more/form-request.js ---- */

/** A form's body as a browser would send it (https://html.spec.whatwg.org/#form-submission-algorithm). */

/** The body in the form's encoding; fetch adds the Content-Type. */
function formBody(fields, encoding) {
  if (encoding === "multipart/form-data") return fields;
  // Files are sent by their names alone, and a line ends as it does in a form.
  const text = (value) => (typeof value === "string" ? value : value.name).replace(/\r\n?|\n/g, "\r\n");
  const pairs = Array.from(fields, ([name, value]) => [text(name), text(value)]);
  return encoding === "text/plain" ? pairs.map((pair) => `${pair.join("=")}\r\n`).join("") : new URLSearchParams(pairs);
}

/* ---- more/outbox-form.js ---- */

/** <form data-pwagen="outbox">: sent by this script, so that the worker can keep it when there is no network. */

/** @param state  "sending", or what has become of a form */
function showOutbox(state) {
  setOutboxState(state);
  return refreshStates();
}

/** @returns accepted or queued */
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

/* ---- more/launch.js ---- */

/** What the app was opened for beside its icon: shared data, files, a link of its protocol, a note, a shortcut. */

/** What a URL alone says it was opened for. */
const launchReaders = [
  (url) => {
    const page = CONFIG.launch.pages.find((page) => isSamePage(url, new URL(page.url, BASE).href));
    return page && { kind: page.kind, url };
  },
];

/** What was kept for this page. */
const launchTakers = [({ handles }) => (handles ? fileLaunch(handles) : null)];

/** Files that the browser opened with the app. One that is gone by now is left out. */
async function fileLaunch(handles) {
  const read = await Promise.allSettled(handles.map((handle) => handle.getFile()));
  const files = read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return { kind: "file", url: location.href, files, handles: [...handles] };
}

function useLaunch(launch) {
  fillLaunchForms(launch);
  tellLaunch(launch);
}

/** Takes what the fragment named out of the store, so that no reload and no other window gets it again. */
async function takeKeptLaunch(id) {
  let taken;
  await changeInDatabase("launches", (kept = []) => {
    taken = kept.find((one) => one.id === id);
    return kept.filter((one) => one.id !== id);
  });
  if (!taken) throw await namedError("UnknownError", "What the app was opened for could not be kept.");
  for (const take of launchTakers) {
    const launch = await take(taken);
    if (launch) useLaunch(launch);
  }
}

/* ---- more/launch-form.js ---- */

/** The launch without code: <form data-pwagen-launch> is filled with what the app was opened for. */

function fillLaunchForms(launch) {
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => fillLaunchForms(launch), { once: true });
    return;
  }
  const values = (launch);
  const names = { share: ["title", "text", "url"], protocol: ["url"] }[(launch.kind)] ?? [];
  for (const form of matching("form[data-pwagen-launch]")) {
    for (const name of names) fillField(form.querySelector(`[name="${name}"]`), "value", values[name]);
    const chooser = (form.querySelector("input[type=file]"));
    const files = new DataTransfer();
    for (const file of (values.files ?? []).slice(0, chooser?.multiple ? undefined : 1)) files.items.add(file);
    if (files.files.length) fillField(chooser, "files", files.files);
  }
}

/** As if the user had done it: the page's own listeners hear of it. */
function fillField(field, property, value) {
  if (!field || !value) return;
  Object.assign(field, { [property]: value });
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}

/* ---- more/launch-queue.js ---- */

/** Launches as the browser tells of them (https://wicg.github.io/web-app-launch/#launchqueue-interface). */

/**
 * Whether the browser may still tell what this page was opened for, which the page reads itself as well. That
 * may come at any time: before this script, or long after the page where the browser is busy.
 */
let isOpeningAwaited = true;

let reading;

function launchAt(url) {
  for (const read of launchReaders) {
    const launch = read(url);
    if (launch) return launch;
  }
  return null;
}

/**
 * Files, a protocol's link, or a URL. With "focus-existing" the browser leaves this page where it is: it
 * goes to the URL itself unless a listener calls preventDefault(), as an app of one page would.
 */
async function onLaunch({ targetURL, files: handles = [] }, opened) {
  const { focusExisting } = CONFIG.launch;
  const url = targetURL || location.href;
  // A page that goToLaunch() led to was opened for a launch that is told already.
  const isLedHere = focusExisting && document.referrer.startsWith(`${location.origin}/`);
  const isOpening = isOpeningAwaited && !isLedHere && isSamePage(url, opened.href);
  isOpeningAwaited = false;
  if (isOpening && !handles.length && (await readLaunch(opened).catch(() => true))) return;
  const launch = handles.length ? { ...(await fileLaunch(handles)), url } : (launchAt(url) ?? { kind: "url", url });
  // By now an app of one page may show another URL than it was opened at.
  if (isOpening || !focusExisting || isSamePage(url, location.href)) useLaunch(launch);
  else if (emit("launch", launch)) await goToLaunch(url, [...handles]);
}

async function goToLaunch(url, handles) {
  const target = new URL(url);
  if (handles.length) {
    const kept = { id: crypto.randomUUID(), at: Date.now(), handles };
    await changeInDatabase("launches", (others = []) => [...others, kept]);
    target.hash = `pwagen-launch=${kept.id}`;
  }
  // A link, since only that gets round a site's own "no-referrer".
  Object.assign(document.createElement("a"), { href: target.href, target: "_self", referrerPolicy: "same-origin" }).click();
}

/** Tells what the page itself was opened for, once, and returns whether there was something to tell. */
function readLaunch(opened) {
  return (reading ??= tellOpening(opened));
}

async function tellOpening({ href, isLaunch, keptId, isPlain }) {
  if (keptId) {
    await takeKeptLaunch(keptId);
    return true;
  }
  const launch = isLaunch && launchAt(href);
  if (!launch || !(launch.kind === "share" || launch.kind === "protocol" || isPlain)) return false;
  useLaunch(launch);
  return true;
}

Object.assign(parts, { readLaunch, onLaunch });

/* ---- more/share.js ---- */

/** What is shared to the app, by GET in the page's own query, by POST through the worker. */

/**
 * The configured fields under their usual names. Anybody's page may post here, so the url is one that is
 * safe to link. Android puts it into the text (https://developer.chrome.com/docs/capabilities/web-apis/web-share-target).
 */
function sharedIn(fields, { params, files }) {
  const given = Array.from(fields);
  const textOf = (param) => String(given.find(([name, value]) => name === param && typeof value === "string")?.[1] ?? "");
  const [title, text, url] = [params.title, params.text, params.url].map(textOf);
  const link = [url, text].map((one) => one.trim()).find((one) => /^https?:\/\/\S+$/i.test(one));
  const isShared = ([name, value]) =>
    files.includes(name) && typeof value !== "string" && (value.size > 0 || value.name !== "");
  return { kind: "share", title, text, url: link ?? "", files: (given.filter(isShared).map(([, value]) => value)) };
}

launchTakers.push(({ fields }) => (fields ? sharedIn(fields, CONFIG.share) : null));

launchReaders.push((url) => {
  const { method, action, params } = CONFIG.share;
  const { href, searchParams } = new URL(url);
  const isAction = isSamePage(href.split(/[?#]/)[0], new URL(action, BASE).href.split(/[?#]/)[0]);
  if (method !== "GET" || !isAction || !Object.values(params).some((name) => searchParams.has(name))) return null;
  return sharedIn(searchParams, CONFIG.share);
});

/* ---- more/protocol.js ---- */

/** Links of the app's own protocols, which the browser puts into a URL of the app. */

/** The link in a URL; null if there is none, or one of another protocol: anybody can write such a URL. */
function protocolLaunch(url, protocols) {
  const plain = plainUrl(url);
  for (const { protocol, url: template } of protocols) {
    const [start, end] = plainUrl(new URL(template, BASE).href).split("%s");
    if (!plain.startsWith(start) || !plain.endsWith(end)) continue;
    try {
      const link = decodeURIComponent(plain.slice(start.length, plain.length - end.length));
      if (link.toLowerCase().startsWith(protocol + ":")) return { kind: "protocol", protocol, url: link };
    } catch {
      // A malformed %
    }
  }
  return null;
}

launchReaders.push((url) => protocolLaunch(url, CONFIG.protocols));

/* ---- more/texts.js ---- */

/** What users read, in the page's language: a text that this doesn't have is in the app's own, or in English. */

function sentence(name, cause) {
  const { message = "" } = (Object(cause));
  const text = inLanguage(TEXTS.languages, [document.documentElement.lang])?.[name] ?? TEXTS.english[name] ?? name;
  return name === "UnknownError" && message ? `${text} (${message})` : text;
}

// The last part: by this register.js knows that all of them are there.
Object.assign(parts, { sentence });
})();
