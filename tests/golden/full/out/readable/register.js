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
  "version": "feebcb41019b278a",
  "script": "sw.js",
  "app": {
    "name": "Fishermen's \"Full\" <\/script> App",
    "lang": "en-GB",
    "dir": "ltr"
  },
  "update": "auto",
  "pageState": true,
  "relatedApps": true,
  "iosHint": {
    "afterVisits": 2,
    "backOff": [
      259200000,
      604800000,
      2592000000
    ]
  },
  "notifications": {
    "default": {
      "title": "Full",
      "body": "There is something new"
    },
    "options": {
      "icon": "icons/icon-192.png",
      "badge": "icons/badge-96.png",
      "lang": "en",
      "dir": "auto",
      "tag": "news",
      "renotify": true,
      "requireInteraction": true,
      "vibrate": [
        100,
        50,
        100
      ]
    },
    "actions": [
      {
        "action": "view-content",
        "title": "Yes"
      },
      {
        "action": "later",
        "title": "Later"
      }
    ],
    "targets": {
      "view-content": {
        "do": "open",
        "url": "content/"
      },
      "later": {
        "do": "dismiss"
      }
    },
    "click": {
      "do": "open",
      "url": "./"
    },
    "close": {
      "do": "post",
      "url": "api/closed"
    },
    "allowedOrigins": [
      "https://docs.example.com"
    ]
  },
  "push": {
    "vapidPublicKey": "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
    "endpoint": "api/push/subscriptions",
    "credentials": "include",
    "csrf": {
      "cookie": "csrftoken",
      "header": "X-CSRFToken"
    },
    "headers": {
      "X-App": "full"
    }
  },
  "translations": {
    "en-GB": {
      "options": {
        "lang": "en",
        "dir": "auto"
      },
      "default": {
        "title": "Full",
        "body": "There is something new"
      },
      "actions": [
        "Yes",
        "Later"
      ],
      "sync": [
        {
          "title": "{count} new stories",
          "body": "The latest: {stories.0.title}"
        },
        {}
      ]
    },
    "de": {
      "options": {
        "lang": "de",
        "dir": "ltr"
      },
      "default": {
        "title": "Alles",
        "body": "Es gibt Neues"
      },
      "actions": [
        "Ja",
        "Später"
      ],
      "sync": [
        {
          "title": "{count} neue Meldungen",
          "body": "Die letzte: {stories.0.title}"
        },
        {}
      ]
    },
    "ar": {
      "options": {
        "lang": "en",
        "dir": "auto"
      },
      "default": {
        "title": "Full",
        "body": "There is something new"
      },
      "actions": [
        "نعم",
        "لاحقًا"
      ],
      "sync": [
        {
          "title": "{count} new stories",
          "body": "The latest: {stories.0.title}"
        },
        {}
      ]
    }
  },
  "permissionPrompt": {
    "afterVisits": 2,
    "backOff": [
      86400000
    ]
  },
  "badge": {
    "onPush": "add",
    "onClick": "clear",
    "onClose": "subtract",
    "onOpen": "clear"
  },
  "badgeTitle": true,
  "badgeFavicon": true,
  "periodicSync": [
    {
      "tag": "get-daily-news",
      "minInterval": 86400000,
      "urls": [
        "feed.json",
        "./"
      ],
      "badge": "unread",
      "notify": {
        "title": "{count} new stories",
        "body": "The latest: {stories.0.title}",
        "url": "content/"
      }
    },
    {
      "tag": "tides",
      "minInterval": 21600000,
      "urls": [
        "tides.json"
      ]
    }
  ],
  "downloads": [
    {
      "icon": "icons/icon-192.png",
      "id": "harbour-tour",
      "title": "The harbour tour",
      "urls": [
        "media/tour.mp4",
        "media/tour.vtt"
      ],
      "storedTitle": "The harbour tour is ready",
      "failedTitle": "The harbour tour could not be fetched",
      "url": "tour/"
    }
  ],
  "outbox": [
    {
      "match": "^api/comments(?:/[\\s\\S]*)?$",
      "methods": [
        "POST",
        "DELETE"
      ],
      "maxAge": 172800000
    },
    {
      "match": "^api/photo[^/]$",
      "methods": [
        "PUT"
      ],
      "maxAge": 604800000
    }
  ],
  "launch": {
    "pages": [
      {
        "kind": "note",
        "url": "notes/new"
      },
      {
        "kind": "shortcut",
        "url": "tides/"
      }
    ],
    "focusExisting": true
  },
  "share": {
    "action": "share",
    "method": "POST",
    "params": {
      "title": "title",
      "text": "text",
      "url": "url"
    },
    "files": [
      "photos"
    ]
  },
  "protocols": [
    {
      "protocol": "web+tide",
      "url": "open?address=%s"
    }
  ],
  "display": true
};

/** What register.more.js uses of this file, in its order. */
const shared = () => [
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

/* ---- shared/store-name.js ---- */

// The name of the store, and what takes its place where there is none.

/** The database that page and worker share. It has the path in its name: two apps on one origin don't meet. */
const STORE_NAME = "pwagen:" + new URL(BASE).pathname;

const storeMemory = new Map();

/* ---- shared/database.js ---- */

// One transaction over an IndexedDB database.

/**
 * Does `work` in one transaction over all object stores of a database, and makes the database if need be.
 *
 * @param work  gets the stores by name, in order
 * @returns the result of the request that `work` returns
 */
function inDatabase(name, create, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => create(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const names = Array.from(database.objectStoreNames);
      if (!names.length) {
        // Somebody else's code has made it, or a browser that was ended halfway.
        database.close();
        const deletion = indexedDB.deleteDatabase(name);
        deletion.onsuccess = () => resolve(inDatabase(name, create, work));
        deletion.onerror = () => reject(deletion.error);
        return;
      }
      const transaction = database.transaction(names, "readwrite");
      const asked = work(...names.map((store) => transaction.objectStore(store)));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = () => reject(transaction.error);
      // When the transaction is done; an open connection would hold up a removal of the app for ever.
      database.close();
    };
  });
}

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

/* ---- shared/store.js ---- */

// A few values that outlive the worker and that page and worker share. IndexedDB can be missing, full
// or hanging (https://bugs.webkit.org/show_bug.cgi?id=226547): memory stands in for it then, and nobody
// sees an error.
const STORE_TIME_LIMIT = 2000;

async function changeInDatabase(key, change) {
  let value;
  const create = (database) => void database.createObjectStore("values");
  await inDatabase(STORE_NAME, create, (values) => {
    const reading = values.get(key);
    reading.onsuccess = () => {
      value = change(reading.result);
      if (value === undefined) values.delete(key);
      else values.put(value, key);
    };
  });
  return value;
}

/**
 * Replaces a value by change(value) in one transaction, so that no count is lost when several pushes
 * arrive at once; undefined deletes it. Returns the new value.
 */
async function storeUpdate(key, change) {
  try {
    return await withTimeLimit(changeInDatabase(key, change), STORE_TIME_LIMIT);
  } catch {
    storeMemory.set(key, change(storeMemory.get(key)));
    return storeMemory.get(key);
  }
}

/** @returns undefined if there is none */
function storeGet(key) {
  return storeUpdate(key, (value) => value);
}

/* ---- page/language.js ---- */

/** The worker learns which language the page is in, and so does what else depends on it. */

const languageSteps = [];

function notePageLanguage() {
  const { lang } = document.documentElement;
  for (const step of languageSteps) step(lang);
  if (lang) storeUpdate("language", () => lang);
}

startSteps.push(() => {
  notePageLanguage();
  // Pages that are translated by a script say so.
  new MutationObserver(notePageLanguage).observe(document.documentElement, { attributeFilter: ["lang"] });
});

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

/* ---- page/related-apps.js ---- */

/** The same app from a store: who has it needs no button to install this one. */

startSteps.push(async () => {
  const { getInstalledRelatedApps } = (navigator);
  // Rejected in frames, and in browsers that keep it off.
  const found = await getInstalledRelatedApps?.call(navigator).catch(() => []);
  if (!found?.length) return;
  installedNow = true;
  tellInstallState();
});

/* ---- page/prompt-rule.js ---- */

/** When a prompt shows itself: not on the first visits, and less and less often the more it is dismissed. */

/** A page that is opened so long after the last is another visit. In milliseconds. */
const VISIT_PAUSE = 1_800_000;

function nextVisits({ count, at } = { count: 0, at: 0 }, now) {
  return { count: count + (Math.abs(now - at) > VISIT_PAUSE ? 1 : 0), at: now };
}

/** @param visit  This is the first, the second … */
function promptIsDue({ afterVisits, backOff }, visit, { shown = 0, dismissals = 0, at = 0 } = {}, now) {
  // Once a visit: one that is left without an answer waits for the next.
  if (!afterVisits || visit < afterVisits || visit === shown) return false;
  // Not after a time that lies in the future: a clock that was wrong must not end it for good.
  return dismissals === 0 || Math.abs(now - at) >= (backOff[dismissals - 1] ?? Infinity);
}

/** Whether the prompt may show itself now; yes is said once a visit, and in one tab. */
async function takeTurn(name, rule) {
  const now = Date.now();
  const visits = await storeUpdate("visits", (known) => nextVisits(known, now));
  const visit = visits?.count ?? 0;
  let due = false;
  await storeUpdate(`prompt:${name}`, (record) => {
    due = promptIsDue(rule, visit, record, now);
    return due ? { ...record, shown: visit } : record;
  });
  return due;
}

function noteDismissal(name) {
  return storeUpdate(`prompt:${name}`, (record) => ({
    ...record,
    dismissals: (record?.dismissals ?? 0) + 1,
    at: Date.now(),
  }));
}

/** Lets a prompt show itself: when the page has loaded, and when the user comes back to it. */
async function offerOnVisits(offer) {
  await pageLoaded();
  const offerIfVisible = () => {
    if (document.visibilityState === "visible") offer().catch(reportFailure);
  };
  offerIfVisible();
  document.addEventListener("visibilitychange", offerIfVisible);
}

/* ---- page/ios-hint.js ---- */

/** When the hint at the Home Screen shows itself; what it says is in more/ios-hint.js. */

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

/* ---- page/permission.js ---- */

/** The permission to notify: read whenever it is needed, asked for only in a user's gesture. */

function notificationPermission() {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/**
 * Asks the user unless that has been decided; throws if the answer isn't yes.
 *
 * To be called before any await: the question is bound to the user's gesture, and a browser that is
 * asked without one blocks the site for good (https://github.com/whatwg/notifications/issues/108).
 */
async function requestNotificationPermission() {
  if (notificationPermission() === "unsupported") throw await namedError("UnsupportedError");
  if (Notification.permission === "default" && navigator.userActivation?.isActive === false) {
    throw await namedError("GestureError");
  }
  const asked = Notification.permission === "default" ? Notification.requestPermission() : Notification.permission;
  const answer = await asked;
  refreshStates();
  if (answer === "denied") throw await namedError("PermissionDeniedError");
  if (answer !== "granted") throw await namedError("PermissionDismissedError");
}

startSteps.push(() => {
  // Safari rejects some names; coming back to the page is noticed there (states.js).
  navigator.permissions?.query({ name: "notifications" }).then(
    (status) => status.addEventListener("change", refreshStates),
    () => undefined,
  );
});

/* ---- page/notifications.js ---- */

/** pwagen.notifications; how a page shows one itself is in more/notifications.js. */
Object.assign(api, {
  notifications: {
    permission: notificationPermission,
    request: requestNotificationPermission,
    show: async (title, options) => (await more()).showPageNotification(title, options),
  },
});

/* ---- shared/url.js ---- */

// Which URLs somebody may be sent to.

/**
 * An absolute http(s) URL, or undefined for anything that nobody may be sent to.
 *
 * @param url  relative ones are below BASE, the folder of sw.js
 */
function resolveUrl(url) {
  try {
    const { href } = new URL(String(url), BASE);
    return /^https?:/.test(href) ? href : undefined;
  } catch {
    return;
  }
}

/* ---- shared/same-page.js ---- */

// Tells whether two URLs are the same page.

/**
 * A page's URL in one of the ways in which hosts name it: open/, open.html and open/index.html are open, at any fragment.
 */
function plainUrl(url) {
  const { origin, pathname, search } = new URL(url);
  return origin + pathname.replace(/(\/|\/index\.html|\.html)$/, "") + search;
}

const isSamePage = (url, other) => plainUrl(url) === plainUrl(other);

/* ---- page/click-target.js ---- */

/** Where a click on a notification leads, in the window that the worker has brought to the front. */

/** How long a window that was focused may take to be seen, in milliseconds. */
const SHOWN_TIME_LIMIT = 1000;

/**
 * Goes where a click leads, once this window is seen: Firefox brings it to the front a moment after focus() has
 * resolved, and never if it leaves meanwhile.
 */
async function goTo(url) {
  const target = resolveUrl(url);
  if (!target || new URL(target).origin !== location.origin) return;
  if (document.hidden) {
    await new Promise((resolve) => {
      addEventListener("visibilitychange", resolve, { once: true });
      setTimeout(resolve, SHOWN_TIME_LIMIT);
    });
  }
  const { hash } = new URL(target);
  if (!isSamePage(target, location.href)) location.assign(target);
  else if (hash) location.hash = hash;
}

workerNews.navigate = ({ url }) => goTo(String(url));

/* ---- page/deep-link.js ---- */

/**
 * Where a click on a notification was meant to lead, when the system opened the start page instead:
 * iOS does so when it starts the app for the click (https://github.com/firebase/firebase-js-sdk/issues/7698).
 */

/** A click that is older has nothing to do with this start. In milliseconds. */
const PENDING_LINK_LIFETIME = 60_000;

/**
 * @param pending  What the worker noted at the click.
 * @returns Where to go; null if this is the place, or the click has nothing to do with this start.
 */
function pendingLinkTarget(pending, { now, here }) {
  const target = pending && resolveUrl(pending.url);
  if (!target || Math.abs(now - pending.at) > PENDING_LINK_LIFETIME || target === here) return null;
  return new URL(target).origin === new URL(here).origin ? target : null;
}

async function followPendingLink() {
  // A tab of the browser wasn't opened by the app's icon, and leaves the link to the window that was.
  if (!isStandalone()) return;
  let pending;
  // Taken out in the same transaction: it is followed once, and in one window.
  await storeUpdate("pendingUrl", (found) => {
    pending = found;
    return undefined;
  });
  const target = pendingLinkTarget(pending, { now: Date.now(), here: location.href });
  if (target) location.replace(target);
}

topSteps.push(() => {
  followPendingLink().catch(reportFailure);
});

/* ---- page/push-key.js ---- */

/** The application server key: from the text in the config to bytes, and back to the question “is it the same?”. */

/** @param text  base64url; padding and the standard alphabet are forgiven. */
function bytesFromBase64url(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/").replace(/[=\s]/g, ""));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Whether a subscription was made with `key`; null if the browser doesn't tell. */
function madeWithKey(subscription, key) {
  const used = subscription.options?.applicationServerKey;
  if (!used) return null;
  const bytes = new Uint8Array(used);
  return bytes.length === key.length && bytes.every((byte, index) => byte === key[index]);
}

/* ---- page/push-state.js ---- */

/** The one word for where push stands in this browser. */

/**
 * @property supported  Workers, push and notifications are there and the page is secure.
 * @property needsInstall  They would be if the app were on the Home Screen.
 */

function pushStateFrom({ supported, needsInstall, permission, subscribed }) {
  if (!supported) return needsInstall ? "needs-install" : "unsupported";
  if (permission === "denied") return "denied";
  if (permission !== "granted") return "default";
  return subscribed ? "subscribed" : "granted";
}

function pushSupported() {
  return isSecureContext && Boolean(workerContainer()) && "PushManager" in window && "Notification" in window;
}

/** iOS has push only in apps on the Home Screen, and hides it from the page everywhere else. */
function pushNeedsInstall() {
  return isIos(navigator) && canAddToHomeScreen(navigator.userAgent) && !isStandalone();
}

async function pushState() {
  const supported = pushSupported();
  const permission = notificationPermission();
  const registration = supported && permission === "granted" ? await knownRegistration() : null;
  const subscription = registration && (await registration.pushManager.getSubscription().catch(() => null));
  return pushStateFrom({ supported, needsInstall: pushNeedsInstall(), permission, subscribed: Boolean(subscription) });
}

/* ---- page/push-report.js ---- */

/** What the server is thought to know of this browser's subscription. */

/** Tells the server of a subscription's end. */
async function forgetOnServer(subscription) {
  // First: whatever the server says, this browser doesn't want a subscription any more.
  await storeUpdate("reportedSubscription", () => undefined);
  await storeUpdate("pendingSubscription", () => undefined);
  emit("subscription", { old: subscription, new: null });
  const { endpoint, keys } = subscription;
  if (CONFIG.push.endpoint) await (await more()).askServer("DELETE", { endpoint, auth: keys?.auth });
}

function sameSubscription(one, other) {
  const [a, b] = [one, other].map((subscription) => [subscription.endpoint, subscription.keys?.auth, subscription.keys?.p256dh]);
  return a.every((member, index) => member === b[index]);
}

/* ---- page/one-tab.js ---- */

/** Does in one tab what several would do at the same time. */

/**
 * Runs `task` in one tab at a time where the browser has locks: two tabs that open together would
 * otherwise subscribe and report twice.
 */
async function exclusively(name, task) {
  return navigator.locks ? navigator.locks.request(`pwagen-${name}`, task) : task();
}

/* ---- page/push.js ---- */

/** Subscribing to push and ending it, on the user's word. */

/** A second click joins the first. */
let subscribing = null;

/** Asks for the permission if need be, subscribes, and tells the server. Call it in a click, before any await. */
function subscribeToPush() {
  subscribing ||= subscribeOnce().finally(() => {
    subscribing = null;
    refreshStates();
  });
  return subscribing;
}

async function subscribeOnce() {
  if (!pushSupported()) throw await namedError(pushNeedsInstall() ? "NeedsInstallError" : "UnsupportedError");
  await requestNotificationPermission();
  const registration = await api.ready;
  if (!registration) throw await namedError("RegistrationError");
  return exclusively("push", async () => (await more()).renewSubscription(registration)).catch(async (error) => {
    throw await translateError(error);
  });
}

/**
 * Ends the subscription here, and on the server as far as it can be reached: a user who says stop is
 * obeyed even offline, and the server learns of a dead endpoint at its next push.
 *
 * @returns False if there was none.
 */
async function unsubscribeFromPush() {
  const registration = await knownRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  if (!subscription) return false;
  const ended = await subscription.unsubscribe();
  await forgetOnServer(subscription.toJSON()).catch(reportFailure);
  refreshStates();
  return ended;
}

Object.assign(api, { push: { state: pushState, subscribe: subscribeToPush, unsubscribe: unsubscribeFromPush } });

signOutSteps.push(unsubscribeFromPush);

controls.set("push", {
  state: pushState,
  act: (state) => (state === "subscribed" ? unsubscribeFromPush() : subscribeToPush()),
  show(element, state) {
    // A label that changes says it already; both together would read “Turn off, pressed”.
    if (!element.querySelector("[data-pwagen-when]")) {
      setAttribute(element, "aria-pressed", String(state === "subscribed"));
      if (element.matches(":empty")) more().then((parts) => parts.labelPush(element)).catch(reportFailure);
    }
    if ("disabled" in element) set(element, "disabled", state === "unsupported");
  },
});

/* ---- page/push-healing.js ---- */

/**
 * Subscriptions get lost: browsers drop or renew them, servers forget them, sites change their key.
 * Each visit puts that right, without a question to the user, who has answered it already.
 */

/** After this long the server is told again, should it have lost its record. In milliseconds. */
const REPORT_LIFETIME = 7 * 86_400_000;

/** How long a failed attempt is left alone, so that a broken server isn't asked by every page. In milliseconds. */
const HEALING_PAUSE = 600_000;

/**
 * What this visit has to do.
 *
 * @param facts.sameKey  Whether `present` was made with the site's key; null: unknown.
 * @param facts.pending  The worker couldn't tell the server of a change.
 */
function healingStep({ permission, present, sameKey, reported, user, pending, now }) {
  if (permission !== "granted") return reported && !present ? "forget" : "nothing";
  // Without a report the user hasn't subscribed here, or has ended it.
  if (!present) return reported || pending ? "renew" : "nothing";
  if (sameKey === false) return "renew";
  if (pending || !reported || !sameSubscription(reported.subscription, present)) return "report";
  if (reported.user !== user) return "report";
  return Math.abs(now - reported.time) > REPORT_LIFETIME ? "report" : "nothing";
}

async function healSubscription(registration) {
  const [reported, user, pending, last = 0] = await Promise.all(
    ["reportedSubscription", "user", "pendingSubscription", "healingAttempt"].map(storeGet),
  );
  const subscription = await registration.pushManager.getSubscription();
  const now = Date.now();
  const step = healingStep({
    permission: notificationPermission(),
    present: subscription && subscription.toJSON(),
    sameKey: subscription && madeWithKey(subscription, bytesFromBase64url(CONFIG.push.vapidPublicKey)),
    reported,
    user,
    pending: Boolean(pending),
    now,
  });
  if (step === "nothing" || Math.abs(now - last) < HEALING_PAUSE) return;
  await storeUpdate("healingAttempt", () => now);
  if (step === "forget") await forgetOnServer(reported.subscription);
  else if (step === "report" && subscription) await (await more()).tellServer(subscription.toJSON());
  else await (await more()).renewSubscription(registration);
  await storeUpdate("healingAttempt", () => undefined);
  refreshStates();
}

startSteps.push(async () => {
  const registration = await api.ready;
  if (!registration || !pushSupported()) return;
  exclusively("push", () => healSubscription(registration)).catch(reportFailure);
});

/* ---- page/identify.js ---- */

/** Whose browser this is: the server hears of it with each subscription. */

/** @param key  Whatever means the user to the server. */
async function identify(key) {
  const user = typeof key === "string" || Number.isFinite(key) ? String(key) : "";
  if (!user) {
    throw await namedError("UnknownError", "pwagen.identify() takes the user's key, a text or a number; for nobody there is pwagen.signOut().");
  }
  let changed = false;
  await storeUpdate("user", (known) => {
    changed = known !== user;
    return user;
  });
  if (!changed) return;
  if (CONFIG.personal) await askWorker({ pwagen: "new-user" });
  // An attempt that failed for somebody else is no reason to wait.
  await storeUpdate("healingAttempt", () => undefined);
  const registration = await api.ready;
  if (registration && pushSupported()) await exclusively("push", () => healSubscription(registration));
}

Object.assign(api, { identify });

// The last of push's steps: the server is told of the subscription's end first.
signOutSteps.push(() => storeUpdate("user", () => undefined));

/* ---- shared/language.js ---- */

// Finds the language that fits best.

/**
 * Of values by language tag the one that fits best: what the first language finds that finds any, itself
 * or shortened from the end (RFC 4647, section 3.4: de-AT finds de), else any variety of it (en finds
 * en-GB). Else the first, which is the app's own.
 */
function inLanguage(values, wanted) {
  const tags = Object.keys(values);
  for (const language of wanted) {
    for (let range = (language ?? "").trim().toLowerCase(); range; range = range.replace(/(-[^-])?(^|-)[^-]*$/, "")) {
      const starts = (tag) => !range.includes("-") && tag.toLowerCase().startsWith(range + "-");
      const found = tags.find((tag) => tag.toLowerCase() === range) ?? tags.find(starts);
      if (found) return values[found];
    }
  }
  return values[tags[0]];
}

/* ---- shared/translation.js ---- */

// Puts another language's words into notifications.

/**
 * Puts the words of a language in the place of those that notifications have now. Each language has all of
 * them, so that nothing is left of the one before.
 */
function useTranslation({ options, default: fallback, actions, sync }) {
  const { notifications, periodicSync = [] } = CONFIG;
  Object.assign(notifications.options, options);
  Object.assign(notifications.default, fallback);
  actions.forEach((title, index) => Object.assign(notifications.actions[index], { title }));
  sync.forEach((words, index) => Object.assign(periodicSync[index].notify ?? {}, words));
}

/* ---- page/translation.js ---- */

/** The buttons of notifications that a page shows itself are in its language. */
languageSteps.push((language) => useTranslation(inLanguage(CONFIG.translations, [language])));

/* ---- page/permission-prompt.js ---- */

/**
 * When the app asks before the browser does, whose question can be refused for good. The question itself is in
 * more/permission-prompt.js.
 */

async function permissionState() {
  return api.push ? api.push.state() : notificationPermission();
}

function turnOnNotifications() {
  return api.push ? api.push.subscribe() : requestNotificationPermission();
}

async function showPermissionPrompt(modal) {
  const { showPermissionPrompt } = await more();
  showPermissionPrompt(modal).catch(reportFailure);
}

/** Shows the prompt if it may, and says whether. */
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

/* ---- shared/badge-values.js ---- */

// Reads, changes and adds up the values of badges.

/**
 * A value as setAppBadge reads it (https://w3c.github.io/badging/): true for a badge without a number,
 * 0 for none, a whole number; undefined for what it would throw on.
 */
function badgeValue(value) {
  if (value === undefined) return true;
  if (typeof value === "symbol" || typeof value === "bigint") return;
  const number = Number(value);
  const whole = number - (number % 1); // never -0, which Math.trunc makes of -0.5
  return whole >= 0 && whole <= Number.MAX_SAFE_INTEGER ? whole : undefined;
}

/**
 * The badge after a rule. A badge without a number counts as one.
 *
 * @param explicit  a message's own value wins
 */
function nextBadge(badge, rule, explicit) {
  if (explicit !== undefined) return explicit;
  if (typeof rule === "number") return rule;
  if (rule === "add") return Math.min(Number(badge) + 1, Number.MAX_SAFE_INTEGER);
  if (rule === "subtract") return Math.max(Number(badge) - 1, 0);
  if (rule === "set") return true;
  return rule === "clear" ? 0 : badge;
}

/** The counts by topic; "" is what belongs to none. Earlier builds kept a single value. */
function badgeTopics(stored) {
  return new Map(stored instanceof Map ? stored : [["", stored ?? 0]]);
}

/** What is shown for all topics together. */
function totalBadge(topics) {
  const badges = [...topics.values()].filter(Number);
  if (badges.length < 2) return badges[0] ?? 0;
  return badges.reduce((sum, badge) => Math.min(Number(sum) + Number(badge), Number.MAX_SAFE_INTEGER), 0);
}

/* ---- shared/badge.js ---- */

// The badge on the app's icon, counted by topic.

/** How many topics are counted apart: a server may give each message a tag of its own. */
const TOPIC_LIMIT = 100;

/** Shows a badge, and none for 0. Without Badging, or without permission as on iOS, nothing happens. */
async function showBadge(badge) {
  try {
    await navigator.setAppBadge(...(badge === true ? [] : [badge]));
  } catch {
    // The count is kept all the same.
  }
}

/**
 * Changes the counts that page and worker share, and shows what they come to.
 *
 * @param topic  none: the total is changed, and the topics are forgotten
 */
async function updateBadge(change, topic) {
  const stored = await storeUpdate("badge", (before) => {
    const topics = badgeTopics(before);
    if (topic === undefined) return new Map([["", change(totalBadge(topics))]]);
    const name = topics.has(topic) || topics.size < TOPIC_LIMIT ? topic : "";
    const badge = change(topics.get(name) ?? 0);
    if (badge) return topics.set(name, badge);
    topics.delete(name);
    return topics;
  });
  const badge = totalBadge(badgeTopics(stored));
  await showBadge(badge);
  return badge;
}

/** The badge as users' code sees it; each act returns the badge that is shown then. */
const appBadge = {
  /** @param value  none: a badge without a number; what is no number changes nothing */
  set: (value, topic) => updateBadge((badge) => badgeValue(value) ?? badge, topic),

  /** @param amount  may be negative */
  add: (amount = 1, topic = "") =>
    updateBadge((badge) => badgeValue(Math.max(Number(badge) + Number(amount), 0)) ?? badge, topic),

  clear: (topic) => updateBadge(() => 0, topic),

  get: async (topic) => {
    const topics = badgeTopics(await storeGet("badge"));
    return topic === undefined ? totalBadge(topics) : (topics.get(topic) ?? 0);
  },
};

/* ---- page/badge.js ---- */

/** The badge, from the page: the count is the worker's too, and outlives both. */

const badgeApi = {
  set: (value, topic) => tellBadge(appBadge.set(value, topic)),
  add: (amount, topic) => tellBadge(appBadge.add(amount, topic)),
  clear: (topic) => tellBadge(appBadge.clear(topic)),
  get: appBadge.get,
};
Object.assign(api, { badge: badgeApi });

async function tellBadge(changed) {
  const badge = await changed;
  emit("badge", badge);
  refreshStates();
  tellOtherTabs();
  return badge;
}

/** Not over a BroadcastChannel: an open one keeps pages out of the back/forward cache. */
function tellOtherTabs() {
  try {
    localStorage.setItem(STORE_NAME, "badge");
    localStorage.removeItem(STORE_NAME);
  } catch {
    // No storage: they see it when the user comes back to them.
  }
}

/**
 * The user looks at the app. `returning` is true for a window that was visible all the time and gets the
 * focus back: that clears what arrived meanwhile, but isn't another visit to count.
 */
function badgeOnOpen(returning) {
  const rule = CONFIG.badge.onOpen;
  const counts = rule === "add" || rule === "subtract";
  if (rule === "keep" || (returning && counts) || document.visibilityState !== "visible") return;
  tellBadge(updateBadge((badge) => nextBadge(badge, rule), rule === "add" ? "" : undefined));
}

signOutSteps.push(() => badgeApi.clear());

controls.set("badge", {
  state: async () => String(await appBadge.get()),
  show(element, state) {
    // A badge without a number is a dot, and so is its element: an empty one for the style sheet.
    set(element, "textContent", state === "true" ? "" : state);
    showIfUseful(element, state !== "0");
  },
});

startSteps.push(() => {
  // Browsers forget what they show, Chromium whenever it ends.
  appBadge.get().then(showBadge);
  addEventListener("storage", async ({ key, newValue }) => {
    if (key !== STORE_NAME || !newValue) return;
    emit("badge", await appBadge.get());
    refreshStates();
  });
});

topSteps.push(() => {
  badgeOnOpen(false);
  document.addEventListener("visibilitychange", () => badgeOnOpen(false));
  addEventListener("focus", () => badgeOnOpen(true));
});

/* ---- page/badge-title.js ---- */

/** The count in the tab, where the browser has no badge for the app: "(3) Harbour News". */

/** What the page calls itself, and what was made of it. */
let pageTitle = "";
let countedTitle = "";

let titleQueued = false;

/** Whether it is here that the count is shown: not while it is on the page's icon. */
let countInTitle = !CONFIG.badgeFavicon;

/** @param badge  as a state: a number, "true" for a badge without one */
function titlePrefix(badge) {
  return badge === "true" ? "(•) " : Number(badge) ? `(${badge}) ` : "";
}

/**
 * The page's own title: that of a script that writes a new one, or that changes what it reads, which has
 * the count in it.
 */
function ownTitle(shown) {
  if (shown === countedTitle) return pageTitle;
  const prefix = countedTitle.slice(0, countedTitle.length - pageTitle.length);
  return shown.startsWith(prefix) ? shown.slice(prefix.length) : shown;
}

function showCountInTitle() {
  titleQueued = false;
  pageTitle = ownTitle(document.title).trim();
  // Trimmed, as the browser reads it back.
  countedTitle = ((countInTitle ? titlePrefix(knownStates.badge) : "") + pageTitle).trim();
  set(document, "title", countedTitle);
}

startSteps.push(() => {
  if ("setAppBadge" in navigator) return;
  api.addEventListener("state", showCountInTitle);
  // Later, in a task of its own: with a script that insists on its title as well, it would never end.
  const onChange = () => {
    if (titleQueued || document.title === countedTitle) return;
    titleQueued = true;
    setTimeout(showCountInTitle, 0);
  };
  new MutationObserver(onChange).observe(document.head, { childList: true, subtree: true, characterData: true });
});

/* ---- page/badge-favicon.js ---- */

/** When the count goes onto the page's icon; how, is in more/badge-favicon.js. */
startSteps.push(() => {
  if ("setAppBadge" in navigator) return;
  let shown = "0";
  let drawing = Promise.resolve();
  api.addEventListener("state", ({ detail }) => {
    if (countInTitle || shown === detail.badge) return;
    shown = String(detail.badge);
    drawing = drawing
      .then(more)
      .then(({ showCountOnIcon }) => showCountOnIcon(shown))
      .catch(() => {
        countInTitle = true;
        showCountInTitle();
      });
  });
});

/* ---- page/periodic-sync.js ---- */

/** Asks the browser to refresh URLs in the background, and does it on opening where that isn't granted. */

/** Below this level a device that isn't being charged is left alone; browsers warn their users here, too. */
const LOW_BATTERY = 0.2;

/**
 * Has the browser do it, tag by tag.
 *
 * @returns The tags that it doesn't do.
 */
async function registerPeriodicSyncs({ periodicSync }) {
  const wanted = CONFIG.periodicSync.map(({ tag }) => tag);
  if (!periodicSync) return wanted;
  try {
    // The worker's own are those of widgets.
    const former = (await periodicSync.getTags()).filter((tag) => !wanted.includes(tag) && !tag.startsWith("widget:"));
    await Promise.all(former.map((tag) => periodicSync.unregister(tag)));
    const name = ("periodic-background-sync");
    if ((await navigator.permissions.query({ name })).state !== "granted") return wanted;
  } catch {
    return wanted;
  }
  const refused = [];
  for (const { tag, minInterval } of CONFIG.periodicSync) {
    await periodicSync.register(tag, { minInterval }).catch(() => refused.push(tag));
  }
  return refused;
}

/** The battery's level is told to pages alone, and in Chromium alone; elsewhere nobody knows. */
function isBatteryLow(battery) {
  return battery !== undefined && !battery.charging && battery.level <= LOW_BATTERY;
}

async function keepFresh(registration) {
  const tags = await registerPeriodicSyncs(registration);
  const { getBattery } = (navigator);
  if (!tags.length || isBatteryLow(await getBattery?.call(navigator).catch(() => undefined))) return;
  // The worker knows when it last did so, and keeps to the interval.
  for (const tag of tags) await askWorker({ pwagen: "refresh", tag });
}

startSteps.push(async () => {
  const registration = await api.ready;
  if (!registration) return;
  keepFresh(registration).catch(reportFailure);
  // The permission comes with the installation, without a question.
  addEventListener("appinstalled", () => keepFresh(registration).catch(reportFailure));
});

/* ---- page/eventually.js ---- */

/** What the second file does by itself, as soon as it can be had. */

/** How long until a failed load is tried again, in milliseconds. */
const LOAD_PAUSE = 60_000;

/** Does what nobody waits for, once the second file can be had. */
function eventually(use) {
  more().then(
    async (parts) => use(parts),
    () => void setTimeout(eventually, LOAD_PAUSE, use),
  ).catch(reportFailure);
}

/* ---- page/first-element.js ---- */

/** What is done once there is an element for it. */

/** By selector. */
const firstElementSteps = new Map();

elementSteps.push(() => {
  for (const [selector, step] of firstElementSteps) {
    if (document.querySelector(selector) && firstElementSteps.delete(selector)) step();
  }
});

/* ---- page/listeners.js ---- */

/** What is done once somebody listens for an event of that type. */

const firstListenerSteps = {};

startSteps.push(() => {
  api.addEventListener = (...parameters) => {
    EventTarget.prototype.addEventListener.apply(api, (parameters));
    const [type] = parameters;
    if (!Object.hasOwn(firstListenerSteps, type)) return;
    firstListenerSteps[type]();
    delete firstListenerSteps[type];
  };
});

/* ---- page/downloads.js ---- */

/** pwagen.downloads, and what wakes it: a call, an element, a listener, or what earlier visits have left. */

Object.assign(api, {
  downloads: Object.fromEntries(
    (["start", "state", "abort", "remove"]).map((name) => [
      name,
      async (download) => (await more()).downloads[name](download),
    ]),
  ),
});

let downloadsAwake = false;

function wakeDownloads() {
  if (downloadsAwake) return;
  downloadsAwake = true;
  eventually(({ resumeDownloads }) => resumeDownloads());
}

workerNews.download = (news) => eventually(({ noteDownloadNews }) => noteDownloadNews(news));

// An element whose id nobody has declared is told so, instead of doing nothing.
controls.set("download", { state: () => "", act: (_, element) => api.downloads.start(idAt(element)) });

firstElementSteps.set("[data-pwagen^=download], [data-pwagen-when*=download]", wakeDownloads);

startSteps.push(async () => {
  firstListenerSteps.download = wakeDownloads;
  if (await storeGet("downloads")) wakeDownloads();
});

/* ---- page/outbox.js ---- */

/** What waits in the worker for a network: told, listed, and sent when there is one. */

/** How the outbox stands: empty, sending, queued, sent or failed. */
let outboxState = "empty";
let outboxWaiting = 0;

/** Those that have come to nothing, and stay until somebody decides. */
const failedRequests = new Set();

/** How long the worker may be at a request without a word, in milliseconds. */
const LONGEST_SILENCE = 60_000;

let outboxTimer;

const outboxApi = {
  list: async () => (await askWorker({ pwagen: "outbox" }))?.entries ?? [],
  retry: (id) => askWorker({ pwagen: "replay", retry: id === undefined || Number(id) || 0 }).then(() => undefined),
  remove: (id) => askWorker({ pwagen: "outbox-remove", id: Number(id) || 0 }).then(() => undefined),
};
Object.assign(api, { outbox: outboxApi });

function setOutboxState(state) {
  outboxState = state;
}

function tellOutbox(state, request) {
  emit("outbox", { state, ...request, waiting: outboxWaiting });
}

/** Sends what waits, in browsers that don't do so by themselves. In the others the worker does it once all the same. */
function replayOutbox() {
  return askWorker({ pwagen: "replay" });
}

function noteOutbox(event) {
  const { id, state, waiting, retryIn } = (event).detail;
  outboxWaiting = waiting;
  if (id) failedRequests[state === "failed" ? "add" : "delete"](id);
  else if (state === "removed") failedRequests.clear(); // The user has signed out.
  const left = waiting ? "queued" : failedRequests.size ? "failed" : "empty";
  outboxState = state === "removed" || (state === "sent" && waiting) ? left : state;
  clearTimeout(outboxTimer);
  // Also after good news: the worker may be ended before it has more.
  if (waiting) outboxTimer = setTimeout(replayOutbox, retryIn ?? LONGEST_SILENCE);
  refreshStates();
}

async function resumeOutbox({ sync }) {
  const entries = await outboxApi.list();
  for (const { id, state } of entries) if (state === "failed") failedRequests.add(id);
  outboxWaiting = entries.length - failedRequests.size;
  if (entries.length) outboxState = outboxWaiting ? "queued" : "failed";
  refreshStates();
  if (!outboxWaiting) return;
  // Goes on when this page is closed; rejected where the user doesn't allow it.
  sync?.register(OUTBOX_SYNC).catch(() => undefined);
  await replayOutbox();
}

controls.set("outbox", { state: () => outboxState });

controls.set("waiting", {
  state: () => String(outboxWaiting),
  show(element, state) {
    set(element, "textContent", state);
    showIfUseful(element, state !== "0");
  },
});

/** A button for what has failed, all of it at once. */
function addFailedControl(name, act) {
  controls.set(name, {
    state: () => (failedRequests.size ? "available" : "none"),
    act,
    show: (element, state) => showIfUseful(element, state === "available"),
  });
}

addFailedControl("outbox-retry", () => outboxApi.retry());
addFailedControl("outbox-discard", () => Promise.all([...failedRequests].map(outboxApi.remove)));

// What can still be sent is: afterwards it is gone.
signOutSteps.push(async () => {
  if (outboxWaiting) await replayOutbox();
});

startSteps.push(() => {
  api.addEventListener("outbox", noteOutbox);
  addEventListener("online", replayOutbox);
  api.ready.then((registration) => registration && resumeOutbox(registration)).catch(reportFailure);
});

/* ---- page/form-request.js ---- */

/** Where a browser would send a form, and which fields (https://html.spec.whatwg.org/#form-submission-algorithm). */

/** An attribute of the form, or the button's own. Not the property: a field named "action" would be found there. */
function formAttribute(form, submitter, name) {
  return submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
}

function formTarget(form, submitter) {
  const action = formAttribute(form, submitter, "action");
  return {
    method: formAttribute(form, submitter, "method").toUpperCase(),
    url: new URL(action || location.href, action ? document.baseURI : undefined).href.split("#")[0],
  };
}

/** The fields as they are now, the pressed button's value among them. */
function formFields(form, submitter) {
  const fields = new FormData(form, submitter);
  const { name, value, type } = (submitter ?? {});
  // Browsers that don't know the second parameter leave it out.
  if (name && value !== undefined && type === "submit" && !fields.getAll(name).includes(value)) fields.append(name, value);
  return fields;
}

/* ---- shared/path.js ---- */

// What of a URL says which file it is.

function withoutQuery(url) {
  return url.split(/[?#]/)[0];
}

/** The decoded path of a URL below BASE, without query and fragment; undefined if it isn't below. */
function pathBelowBase(url) {
  if (!url.startsWith(BASE)) return;
  try {
    return decodeURIComponent(withoutQuery(url.slice(BASE.length)));
  } catch {
    return; // a malformed %
  }
}

/* ---- shared/outbox-rule.js ---- */

// Which requests the outbox keeps.

const OUTBOX_RULES = CONFIG.outbox.map((rule) => ({ ...rule, match: new RegExp(rule.match, "u") }));

/** Subscriptions have ways of their own to reach the server later, and are gone at once when they end. */
const SUBSCRIPTIONS = CONFIG.push?.endpoint && withoutQuery(new URL(CONFIG.push.endpoint, BASE).href);

/** The tag of the background sync that page and worker ask for. */
const OUTBOX_SYNC = "pwagen-outbox";

/** The rule by which a request that fails is kept; undefined if it isn't. */
function outboxRule(method, url) {
  const path = pathBelowBase(url);
  if (path === undefined || withoutQuery(url) === SUBSCRIPTIONS) return;
  return OUTBOX_RULES.find(({ match, methods }) => methods.includes(method) && match.test(path));
}

/* ---- page/outbox-form.js ---- */

/**
 * Which forms are for the outbox: <form data-pwagen="outbox"> with an action that a rule of pwagen.yaml covers,
 * where there is a worker. The others stay the browser's. How they are sent is in more/outbox-form.js.
 */

async function keepForm(form, target, submitter) {
  // As they are at the click.
  const fields = formFields(form, submitter);
  try {
    await (await more()).submitForm(form, target, submitter, fields);
  } catch (error) {
    const failure = await translateError(error);
    showFailure(failure);
    reportFailure(failure);
  }
}

function onSubmit(event) {
  const form = (event.target);
  const { submitter } = event;
  // A page's own handler that has taken it, and a browser without our worker, go first.
  if (event.defaultPrevented || form.getAttribute("data-pwagen") !== "outbox" || !sameScript(workerContainer()?.controller ?? null)) return;
  const target = formTarget(form, submitter);
  if (!outboxRule(target.method, target.url)) {
    if (target.method === "POST") reportFailure(namedError("UnsupportedError", `No rule of outbox in pwagen.yaml covers ${target.method} ${target.url}.`));
    return;
  }
  event.preventDefault();
  if (!busyElements.has(form)) keepForm(form, target, submitter);
}

startSteps.push(() => {
  document.addEventListener("submit", onSubmit);
});

// Before the user submits it: there may be no network then.
firstElementSteps.set("form[data-pwagen=outbox]", () => eventually(() => {}));

/* ---- page/launch.js ---- */

/**
 * "launch" events: whether the app may have been opened for something beside its icon. What that is, more/launch.js
 * reads. Each launch is told once, and waits for the first listener.
 */

const untoldLaunches = [];

let launchListened = false;

function tellLaunch(launch) {
  if (launchListened) emit("launch", launch);
  else untoldLaunches.push(launch);
}

/** Whether the page's URL may hold what was shared, or a link of the app's own protocol. */
function mayHoldLaunch() {
  const { href, searchParams } = new URL(location.href);
  const { share, protocols = [] } = CONFIG;
  const isShared = share?.method === "GET" && Object.values(share.params).some((name) => searchParams.has(name));
  // However the host writes the page's name.
  return isShared || protocols.some(({ url }) => href.includes(String(/[^?&]*(?=%s)/.exec(new URL(url, BASE).href))));
}

topSteps.push(() => {
  firstListenerSteps.launch = () => {
    launchListened = true;
    // After the page's script, which may add more than one.
    queueMicrotask(() => untoldLaunches.splice(0).forEach((launch) => emit("launch", launch)));
  };
  const { hash, href, pathname, search } = location;
  const queue = (window).launchQueue;
  // That a plain URL is a launch, the queue tells; without it, a window that nothing led to. A reload never is.
  const isPlain = !queue && isStandalone() && !document.referrer;
  const isLaunch = loading?.type === "navigate" && (isPlain || mayHoldLaunch());
  const keptId = /^#pwagen-launch=([\w-]+)$/.exec(hash)?.[1];
  if (keptId) history.replaceState(history.state, "", pathname + search);
  const opened = { href, isLaunch, keptId, isPlain };
  if (isLaunch || keptId) eventually(({ readLaunch }) => readLaunch(opened));
  queue?.setConsumer((params) => eventually(({ onLaunch }) => onLaunch(params, opened)));
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
