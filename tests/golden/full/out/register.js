/*
 * Page script, made by pwagen from pwagen.yaml. Load it in every page: <script src="register.js" defer>.
 *
 * It registers sw.js, which lies beside it, and offers window.pwagen (its types are in register.d.ts)
 * and the data-pwagen attributes. To change it, edit pwagen.yaml and build again.
 */
(() => {
"use strict";

const CONFIG = {
  "version": "f515639a4f71eda4",
  "script": "sw.js",
  "app": {
    "name": "Fishermen's \"Full\" <\/script> App",
    "lang": "en-GB",
    "dir": "ltr"
  },
  "update": "auto",
  "texts": {
    "en-GB": {
      "promptTitle": "News from {name}?"
    },
    "de": {
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
      "UnknownError": "Etwas Unerwartetes ist schiefgegangen.",
      "updateCheck": "Der Server konnte nicht nach einer neuen Version gefragt werden.",
      "installIos": "Öffnen Sie das Teilen-Menü und wählen Sie „Zum Home-Bildschirm“, um diese App zu installieren.",
      "installGesture": "Die App lässt sich nur durch einen Klick oder Tastendruck installieren.",
      "iosHintTitle": "Alles installieren",
      "iosHintBody": "Tippen Sie auf „Teilen“ {share} und wählen Sie dann „Zum Home-Bildschirm“.",
      "iosHintDismiss": "Verstanden",
      "serverRefused": "Der Server hat das Abonnement abgelehnt (Status {status}). Melden Sie sich an, laden Sie die Seite neu und versuchen Sie es noch einmal.",
      "serverStatus": "Der Server hat das Abonnement nicht angenommen: {url} hat mit dem Status {status} geantwortet.",
      "promptTitle": "Mitteilungen einschalten?",
      "promptBody": "Alles meldet sich, wenn es etwas Neues gibt. Sie können das jederzeit wieder ausschalten.",
      "promptAccept": "Einschalten",
      "promptDismiss": "Nicht jetzt",
      "outboxRefused": "Der Server hat das nicht angenommen: Er hat mit dem Status {status} geantwortet.",
      "outboxLost": "Es besteht keine Verbindung, und das konnte nicht für später aufgehoben werden. Versuchen Sie es noch einmal."
    },
    "ar": {
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
      "UnknownError": "حدث خطأ غير متوقع.",
      "updateCheck": "تعذّر سؤال الخادم عن إصدار جديد.",
      "installIos": "افتح قائمة المشاركة واختر «إضافة إلى الشاشة الرئيسية» لتثبيت هذا التطبيق.",
      "installGesture": "لا يمكن تثبيت التطبيق إلا بنقرة أو بضغطة مفتاح.",
      "iosHintTitle": "تثبيت كل شيء",
      "iosHintBody": "انقر على «مشاركة» {share} ثم اختر «إضافة إلى الشاشة الرئيسية».",
      "iosHintDismiss": "حسنًا",
      "serverRefused": "رفض الخادم الاشتراك (الحالة {status}). سجّل الدخول وأعد تحميل الصفحة ثم حاول مرة أخرى.",
      "serverStatus": "لم يقبل الخادم الاشتراك: أجاب {url} بالحالة {status}.",
      "promptTitle": "هل تريد تفعيل الإشعارات؟",
      "promptBody": "سيخبرك كل شيء عندما يكون هناك جديد. يمكنك إيقافها في أي وقت.",
      "promptAccept": "تفعيل",
      "promptDismiss": "ليس الآن",
      "outboxRefused": "لم يقبل الخادم ذلك: أجاب بالحالة {status}.",
      "outboxLost": "لا يوجد اتصال، وتعذّر حفظ ذلك لوقت لاحق. حاول مرة أخرى."
    }
  },
  "relatedApps": true,
  "iosHint": {
    "afterVisits": 2,
    "backOff": [
      259200000,
      604800000,
      2592000000
    ],
    "texts": {}
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
    ],
    "texts": {
      "promptTitle": "News from {name}?"
    }
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

/* ---- page/core.js ---- */

/**
 * What every other part builds on: where the files lie, the object that pages see, its events.
 *
 * Nothing acts while the parts are being read. Each adds to the lists below, and start.js runs them
 * once, so that a page that loads this script twice doesn't get every listener twice.
 */

/** Read now: the browser forgets it as soon as this script has run. */
const ownScript = (document.currentScript);

/**
 * The folder of register.js and of the worker. All else is resolved against it: the same bytes work at / and at /a/b/.
 */
const BASE = new URL(".", ownScriptUrl()).href;

const workerUrl = new URL(CONFIG.script, BASE).href;

const api = (new EventTarget());

/** Run once, synchronously, when all parts have been read. */
const startSteps = [];

/** What users read, in tables: language.js puts another language's words into them. */
const textTables = [];

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

function ownScriptUrl() {
  // A module has no currentScript, an inlined copy no src.
  const found = ownScript || Array.from(document.scripts).find((one) => /\/register\.js(\?|$)/.test(one.src));
  return (found && found.src) || document.baseURI;
}

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

/**
 * Runs `task` in one tab at a time where the browser has locks: two tabs that open together would
 * otherwise subscribe and report twice.
 */
async function exclusively(name, task) {
  return navigator.locks ? navigator.locks.request(`pwagen-${name}`, task) : task();
}

/* ---- page/errors.js ---- */

/** Every failure that a page can see, as a name to branch on and a sentence to show. */

const ERROR_SENTENCES = {
  UnsupportedError: "This browser can't do this.",
  NeedsInstallError:
    "On this device notifications need the app on the Home Screen: open the Share menu, choose “Add to Home Screen”, and start it from there.",
  InstallUnavailableError: "The browser doesn't offer to install this app at the moment.",
  GestureError: "Notifications can only be turned on from a click or a key press.",
  PermissionDeniedError: "Notifications are blocked for this site. Allow them in the browser's site settings, then try again.",
  PermissionDismissedError: "Notifications stay off until the browser's question is answered with “Allow”.",
  PushServiceError:
    "The browser's push service couldn't be reached. Try again later; some browsers have to be allowed to use push messaging in their settings.",
  KeyError: "The site's VAPID public key isn't valid, so the browser refuses the subscription.",
  ServerError: "The server didn't accept the subscription.",
  NetworkError: "The server couldn't be reached. This is tried again on the next visit.",
  RegistrationError: "The service worker isn't running, so this can't work yet.",
  InsecureContextError: "This page is not served over https, so the browser switches service workers off.",
  OtherWorkerError: "Another service worker belongs to the same pages.",
  QuotaError: "There is no space left for this site's data.",
  TimeoutError: "There was no answer in time. Try again later.",
  UnknownError: "Something unexpected went wrong.",
};
textTables.push(ERROR_SENTENCES);

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

/** An error with one of our names, worded for the user unless `message` says it better. */
function namedError(name, message = ERROR_SENTENCES[name], cause = undefined) {
  const error = Object.assign(new Error(message), { name, cause });
  namedErrors.add(error);
  return error;
}

/** Any thrown value as an error with one of our names. */
function translateError(thrown) {
  const error = (Object(thrown));
  if (namedErrors.has(error)) return (error);
  const name = EXCEPTION_MEANINGS[error.name] || "UnknownError";
  const unknown = name === "UnknownError" && error.message;
  return namedError(name, unknown ? `${ERROR_SENTENCES[name]} (${error.message})` : undefined, thrown);
}

/** Tells the page of a failure that no caller waits for; on the console unless a listener prevents it. */
function reportFailure(thrown) {
  const error = translateError(thrown);
  const { name, message } = error;
  if (emit("error", { name, message, error })) console.warn(`pwagen: ${name}: ${message}`);
}

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

/** What users read is in the page's language, which the worker learns of, too. */

/** What else a page's language changes. */
const languageSteps = [];

/** The tables as they were, in English. */
const englishTables = [];

function speakPageLanguage() {
  const { lang } = document.documentElement;
  const words = inLanguage(CONFIG.texts, [lang]);
  for (const [index, table] of textTables.entries()) {
    englishTables[index] ??= { ...table };
    for (const [name, english] of Object.entries(englishTables[index])) table[name] = words[name] ?? english;
  }
  for (const step of languageSteps) step(lang);
  if (lang) storeUpdate("language", () => lang);
}

startSteps.push(() => {
  speakPageLanguage();
  // Pages that are translated by a script say so.
  new MutationObserver(speakPageLanguage).observe(document.documentElement, { attributeFilter: ["lang"] });
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
let policyRefused = false;

/**
 * Under `require-trusted-types-for 'script'` a plain string is refused as a worker's URL.
 * The directive that allows the policy is `trusted-types pwagen`.
 */
function trustedUrl(url) {
  const factory = (window).trustedTypes;
  if (!factory) return url;
  try {
    const policy = factory.createPolicy("pwagen", { createScriptURL: (text) => (text === workerUrl ? text : "") });
    return (policy.createScriptURL(url));
  } catch {
    // Named in no trusted-types directive: still fine where the page doesn't require Trusted Types.
    policyRefused = true;
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

/* ---- page/diagnosis.js ---- */

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
    return "The Content-Security-Policy requires Trusted Types; add “trusted-types pwagen” to it.";
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

async function diagnoseRegistration(thrown, directive) {
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

/* ---- page/known-worker.js ---- */

/** The worker that earlier visits have left, ours or another's. */

/** What the worker is registered for: its folder, or one above it that app.scope names. */
const SCOPE = widerScope(CONFIG.scope || ".");

let latestRegistration = null;

/** Until an earlier visit's registration has been looked up. */
let located = Promise.resolve();

/** @param scope  As in the manifest, which lies beside register.js. */
function widerScope(scope) {
  const { origin, pathname } = new URL(scope, BASE);
  return BASE.startsWith(origin + pathname) ? origin + pathname : BASE;
}

/** What can be known without waiting for a first visit's registration: states are shown at once. */
async function knownRegistration() {
  await located;
  return latestRegistration;
}

async function findRegistration(container) {
  const found = await container?.getRegistration(BASE).catch(() => undefined);
  const worker = found && (found.active || found.waiting || found.installing);
  if (!found || !worker || ![SCOPE, BASE].includes(found.scope)) return;
  if (sameScript(worker)) latestRegistration = found;
  else reportOtherWorker(worker);
}

/** Two workers on one scope replace each other on every visit. */
function reportOtherWorker({ scriptURL }) {
  const remedy = "Remove the code that registers it, or the two replace each other on every visit.";
  reportFailure(namedError("OtherWorkerError", `${scriptURL} was registered for ${SCOPE}; ${workerUrl} replaces it now. ${remedy}`));
}

function sameScript(worker) {
  return worker !== null && worker.scriptURL === workerUrl;
}

/* ---- page/registration.js ---- */

/** Registers sw.js, and answers `pwagen.ready` whatever happens: unlike serviceWorker.ready it never hangs. */

/** How long the page's own loading may hold the registration up, in milliseconds. */
const LONGEST_LOAD = 3000;

/** There once the browser has accepted sw.js, active or not. */
let registered = Promise.resolve(null);

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
    latestRegistration = await registerWidest(container);
    violation();
  } catch (error) {
    reportFailure(await diagnoseRegistration(error, await violation()));
    return null;
  }
  refreshStates();
  leaveOtherScopes(container, latestRegistration).catch(reportFailure);
  return latestRegistration;
}

/** Registers for SCOPE, or without the header that this needs for the folder of sw.js. */
async function registerWidest(container) {
  const script = trustedUrl(workerUrl);
  // "none": imported hook files are fetched anew as well, and no HTTP cache holds an update back.
  const register = (scope) => container.register(script, { scope, updateViaCache: "none" });
  try {
    return await register(SCOPE);
  } catch (error) {
    if (SCOPE === BASE || Object(error).name !== "SecurityError") throw error;
    const registration = await register(BASE);
    const header = `Service-Worker-Allowed: ${new URL(SCOPE).pathname}`;
    reportFailure(namedError("RegistrationError", `app.scope is ${SCOPE}, so ${workerUrl} must be sent with the header “${header}”. Until then it controls ${BASE} alone.`));
    return registration;
  }
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
  registered = registerWorker();
  Object.assign(api, { ready: registered.then(whenActive) });
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

/* ---- page/messages.js ---- */

/** Between a page and its worker: questions with an answer, and the worker's news as DOM events. */

/** How long the worker may take to answer, in milliseconds: it may have to start first. */
const ANSWER_TIMEOUT = 5000;

const WORKER_EVENTS = ["push", "click", "close", "sync", "badge", "subscription", "outbox", "widget"];

/** What a page does with news that are more than an event. Parts add theirs. */
const workerNews = {
  navigate: ({ url }) => goTo(String(url)),
  error: (detail) => reportFailure(detailError(detail)),
};

/**
 * The worker's answer; null if there is no worker, it failed or didn't answer in time.
 *
 * @param worker  The active one by default.
 * @param timeout  milliseconds
 */
async function askWorker(message, worker = undefined, timeout = ANSWER_TIMEOUT) {
  const registration = await registered;
  const asked = worker || (registration && registration.active);
  if (!asked) return null;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve("error" in data ? null : data);
    setTimeout(resolve, timeout, null);
  });
  asked.postMessage(message, [port2]);
  return answer.finally(() => port1.close());
}

function onWorkerMessage({ data, source }) {
  const { pwagen: type, detail } = (Object(data));
  // Another worker of this origin may post here as well.
  if (!sameScript((source))) return;
  if (Object.hasOwn(workerNews, type)) workerNews[type](Object(detail));
  else if (WORKER_EVENTS.includes(type)) emit((type), detail);
  refreshStates();
}

function detailError(detail) {
  const { name, message } = (Object(detail));
  return namedError(name && name in ERROR_SENTENCES ? name : "UnknownError", message, detail);
}

/** Goes where the worker wasn't allowed to send this page. */
function goTo(url) {
  const target = resolveUrl(url);
  if (target && target !== location.href && new URL(target).origin === location.origin) location.assign(target);
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

/** Reads every state again and tells what changed. */
function refreshStates() {
  refreshing = refreshing.then(readStates).catch(reportFailure);
  return refreshing;
}

async function readStates() {
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

function renderAttributes() {
  for (const element of matching("[data-pwagen-when]")) {
    set(element, "hidden", !whenHolds(element.dataset.pwagenWhen || "", knownStates, idAt(element)));
  }
  for (const element of matching("[data-pwagen]")) {
    const name = controlName(element);
    const control = controls.get(name);
    if (control && control.show && name in knownStates) control.show(element, knownStates[name]);
  }
}

/** @param element  that is about an id: by its own data-pwagen-id, or that of what it is in */
function idAt(element) {
  const holder = (element.closest("[data-pwagen-id]"));
  return (holder && holder.dataset.pwagenId) || "";
}

/** The control that an element names: "push", or for "download" and "download-progress" that of their id. */
function controlName(element) {
  const name = element.dataset.pwagen || "";
  const ofId = `${name.split("-")[0]}:${idAt(element)}`;
  return controls.has(ofId) ? ofId : name;
}

async function onControlClick(event) {
  const target = (event.composedPath()[0]);
  const element = (target && target.closest && target.closest("[data-pwagen]"));
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
    showFailure(translateError(error));
    reportFailure(error);
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

/** Whether the user has typed something that a reload would lose. */

/** Fields that the user, not a script, has changed. */
const touchedFields = new Set();

function noteTouchedField(event) {
  const field = event.composedPath()[0];
  if (event.isTrusted && field instanceof Element) touchedFields.add(field);
}

/** Whether a touched field that is still on the page holds anything but its initial value. */
function hasUnsavedInput() {
  for (const field of touchedFields) {
    if (!field.isConnected) touchedFields.delete(field);
    else if (differsFromDefault(field)) return true;
  }
  return false;
}

/**
 * Compared with the default rather than with what was there at first: form.reset() after a successful
 * fetch makes a page clean again. Anything else that was edited (contenteditable) counts as unsaved.
 */
function differsFromDefault(field) {
  if (field instanceof HTMLSelectElement) {
    const options = Array.from(field.options);
    // With no default among the options, a drop-down starts on its first one.
    const implicit = field.multiple || options.some((one) => one.defaultSelected) ? null : options[0];
    return options.some((one) => one.selected !== (one.defaultSelected || one === implicit));
  }
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement)) return true;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

startSteps.push(() => {
  document.addEventListener("input", noteTouchedField, true);
  document.addEventListener("change", noteTouchedField, true);
});

/* ---- page/update-reload.js ---- */

/**
 * After an update all tabs move to the new build together, once.
 *
 * The new worker takes every tab over at the same moment (controllerchange). A tab then reloads, unless
 * - this was the first installation, or another worker's script was replaced: the page is not an older build of ours;
 * - there is no network, and what the tab shows might not be stored;
 * - the user has typed something (the tab offers the update instead, and reloads when that is accepted);
 * - a listener of the "update" event prevents it;
 * - it has done so within the last minute without being asked, which is how a loop would look: two servers
 * that answer with different builds in turn, for instance.
 * The tab in which the update was accepted reloads in any case, but with something typed not before it is
 * accepted there once more.
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
  if (reloadWanted) {
    reloadPage();
    return;
  }
  pageOutdated = true;
  const dirty = hasUnsavedInput();
  const allowed = emit("update", { state: "applied", dirty });
  if (allowed && !dirty && navigator.onLine && mayReloadUnasked(Date.now())) reloadPage();
  else refreshStates();
}

function reloadPage() {
  reloading = true;
  location.reload();
}

/** Notes the time as well. Without storage a loop could not be noticed, so the answer is no. */
function mayReloadUnasked(now) {
  try {
    if (isReloadLoop(Number(sessionStorage.getItem(RELOAD_KEY)), now)) return false;
    sessionStorage.setItem(RELOAD_KEY, String(now));
    return true;
  } catch {
    return false;
  }
}

/** @param last  When the tab last reloaded by itself, 0 if never, in milliseconds. */
function isReloadLoop(last, now) {
  return Math.abs(now - last) < RELOAD_PAUSE;
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

const UPDATE_SENTENCES = { updateCheck: "The server couldn't be asked for a new version." };
textTables.push(UPDATE_SENTENCES);

let lastCheck = Date.now();

/**
 * Asks the server for a new build.
 *
 * @returns True if one is on its way or ready.
 */
async function checkForUpdate() {
  const registration = await registered;
  if (!registration) return false;
  lastCheck = Date.now();
  try {
    await registration.update();
  } catch (error) {
    throw namedError("NetworkError", UPDATE_SENTENCES.updateCheck, error);
  }
  return Boolean(registration.active && (registration.installing || registration.waiting));
}

/** Lets the new build take over and reloads, at the second call if something is typed; false if there is none. */
async function applyUpdate() {
  const registration = await registered;
  const worker = registration && registration.waiting;
  if (!worker && !pageOutdated) return false;
  const dirty = hasUnsavedInput();
  reloadWanted = reloadHeld || !dirty;
  reloadHeld = dirty;
  if (!worker) {
    moveToNewBuild();
    return true;
  }
  // A page that isn't controlled (a hard reload) gets no controllerchange.
  worker.addEventListener("statechange", () => {
    if (worker.state === "activated" && (reloadWanted || !navigator.serviceWorker.controller)) moveToNewBuild();
  });
  worker.postMessage({ pwagen: "skip-waiting" });
  return true;
}

Object.assign(api, { update: { check: checkForUpdate, apply: applyUpdate } });

controls.set("unsaved", {
  state: () => (reloadHeld && hasUnsavedInput() ? "held" : "none"),
});

controls.set("update", {
  async state() {
    const registration = await knownRegistration();
    const ready = pageOutdated || (registration && registration.active && registration.waiting);
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
  registered.then((registration) => registration && watchForUpdates(registration));
});

/* ---- page/install.js ---- */

/** Installing the app: the browser's offer is kept until the page's own button is pressed. */

const INSTALL_SENTENCES = {
  installIos: "Open the Share menu and choose “Add to Home Screen” to install this app.",
  installGesture: "The app can only be installed from a click or a key press.",
};
textTables.push(INSTALL_SENTENCES);

let installOffer = null;

let installedNow = false;

/** What a click does on iOS, where only the user can install. ios-hint.js shows how. */
let explainInstall = async () => {
  throw namedError("NeedsInstallError", INSTALL_SENTENCES.installIos);
};

function installState() {
  if (installedNow || isStandalone()) return "installed";
  if (installOffer) return "available";
  return isIos(navigator) && canAddToHomeScreen(navigator.userAgent) ? "ios" : "unavailable";
}

/** Shows the browser's install dialog and answers what the user chose. Call it in a click. */
async function promptInstall() {
  if (installState() === "ios") return explainInstall();
  if (!installOffer) throw namedError("InstallUnavailableError");
  const offer = installOffer;
  try {
    await offer.prompt();
  } catch (error) {
    throw namedError("GestureError", INSTALL_SENTENCES.installGesture, error);
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

/* ---- page/prompt-style.js ---- */

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

/* ---- page/prompt-content.js ---- */

/**
 * What the small dialog of prompt.js holds, made with DOM calls alone: no markup, so Trusted Types have nothing to refuse.
 */

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

/* ---- page/prompt.js ---- */

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

/** How to install the app where no button can do it: on iPhones and iPads, by hand. */

const IOS_HINT_SENTENCES = {
  iosHintTitle: "Install {name}",
  iosHintBody: "Tap Share {share}, then choose “Add to Home Screen”.",
  iosHintDismiss: "Got it",
};
Object.assign(IOS_HINT_SENTENCES, CONFIG.iosHint.texts);
textTables.push(IOS_HINT_SENTENCES);

async function showIosHint(modal) {
  const { iosHintTitle: title, iosHintBody: body, iosHintDismiss: dismiss } = IOS_HINT_SENTENCES;
  if ((await showPrompt("ios", { title, body, dismiss }, { modal })) === "dismissed") await noteDismissal("ios");
}

// What install.js does where it can't ask the browser.
explainInstall = async () => {
  showIosHint(true).catch(reportFailure);
  return "dismissed";
};

startSteps.push(() => {
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
  if (notificationPermission() === "unsupported") throw namedError("UnsupportedError");
  if (Notification.permission === "default" && navigator.userActivation?.isActive === false) {
    throw namedError("GestureError");
  }
  const asked = Notification.permission === "default" ? Notification.requestPermission() : Notification.permission;
  const answer = await asked;
  refreshStates();
  if (answer === "denied") throw namedError("PermissionDeniedError");
  if (answer !== "granted") throw namedError("PermissionDismissedError");
}

startSteps.push(() => {
  // Safari rejects some names; coming back to the page is noticed there (states.js).
  navigator.permissions?.query({ name: "notifications" }).then(
    (status) => status.addEventListener("change", refreshStates),
    () => undefined,
  );
});

/* ---- shared/notification-options.js ---- */

// Makes options that showNotification accepts of what a message says.
//
// It throws on surprisingly much (https://notifications.spec.whatwg.org/#create-a-notification),
// and a push without a notification costs the user's trust and, on iOS, the subscription. So each member
// is read by a function that returns undefined for what can't be used.

function textFrom(value) {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
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
    if (textFrom(action) === undefined || textFrom(title) === undefined) return [];
    return [{ action: String(action), title: String(title), ...(imageFrom(icon) && { icon: imageFrom(icon) }) }];
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

/* ---- page/notifications.js ---- */

/**
 * Notifications that a page shows itself: through the worker, so that their clicks are routed like those of a push.
 */

/** @param options  Under their W3C names; those that would make the browser throw are left out. */
async function showPageNotification(title, options = {}) {
  if (notificationPermission() === "unsupported") throw namedError("UnsupportedError");
  if (notificationPermission() !== "granted") throw namedError("PermissionDeniedError");
  const registration = await api.ready;
  if (!registration) throw namedError("RegistrationError");
  const { options: defaults, actions } = CONFIG.notifications;
  await registration.showNotification(title, notificationOptions(defaults, { actions }, options));
}

Object.assign(api, {
  notifications: {
    permission: notificationPermission,
    request: requestNotificationPermission,
    show: showPageNotification,
  },
});

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

startSteps.push(() => {
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

/* ---- page/push-server.js ---- */

/** Telling the site's server about subscriptions, as often as it takes. */

const SERVER_SENTENCES = {
  serverRefused: "The server refused the subscription (status {status}). Sign in, reload the page and try again.",
  serverStatus: "The server didn't accept the subscription: {url} answered with status {status}.",
};
textTables.push(SERVER_SENTENCES);

/**
 * Waits before the second and third try, in milliseconds; a server that asks for a longer one is left for the next visit.
 */
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
    if (delay === null) throw serverError(answer && answer.status, request[0]);
    // Up to half more, so that the pages of all visitors don't come back at the same moment.
    await new Promise((resolve) => setTimeout(resolve, delay * (1 + Math.random() / 2)));
  }
}

function serverError(status, url) {
  if (status === null || status === 429 || status >= 500) return namedError("NetworkError");
  const sentence = SERVER_SENTENCES[status === 401 || status === 403 ? "serverRefused" : "serverStatus"];
  const error = namedError("ServerError", sentence.replace("{status}", String(status)).replace("{url}", () => url));
  return Object.assign(error, { status });
}

/* ---- page/push-report.js ---- */

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
    if (translateError(error).name === "NetworkError") await leaveToWorker({ old, new: subscription });
    throw error;
  }
  await storeUpdate("reportedSubscription", () => ({ subscription, time: Date.now(), user }));
  await storeUpdate("pendingSubscription", () => undefined);
  emit("subscription", { old, new: subscription });
}

/** Background sync goes on when this page is closed; where there is none, the next visit does. */
async function leaveToWorker(change) {
  await storeUpdate("pendingSubscription", () => change);
  await (await registered)?.sync?.register(SUBSCRIPTION_SYNC).catch(() => undefined);
}

/** Tells the server of a subscription's end. */
async function forgetOnServer(subscription) {
  // First: whatever the server says, this browser doesn't want a subscription any more.
  await storeUpdate("reportedSubscription", () => undefined);
  await storeUpdate("pendingSubscription", () => undefined);
  emit("subscription", { old: subscription, new: null });
  await askServer("DELETE", { endpoint: subscription.endpoint, auth: subscription.keys?.auth });
}

function sameSubscription(one, other) {
  const [a, b] = [one, other].map((subscription) => [subscription.endpoint, subscription.keys?.auth, subscription.keys?.p256dh]);
  return a.every((member, index) => member === b[index]);
}

/* ---- page/subscription.js ---- */

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
    if (created && translateError(error).name === "ServerError") await subscription.unsubscribe();
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
  if (!pushSupported()) throw namedError(pushNeedsInstall() ? "NeedsInstallError" : "UnsupportedError");
  await requestNotificationPermission();
  const registration = await api.ready;
  if (!registration) throw namedError("RegistrationError");
  return exclusively("push", () => renewSubscription(registration)).catch((error) => {
    throw translateError(error);
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
    }
    if (element instanceof HTMLButtonElement) set(element, "disabled", state === "unsupported");
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
  else if (step === "report" && subscription) await tellServer(subscription.toJSON());
  else await renewSubscription(registration);
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
    throw namedError("UnknownError", "pwagen.identify() takes the user's key, a text or a number; for nobody there is pwagen.signOut().");
  }
  let changed = false;
  await storeUpdate("user", (known) => {
    changed = known !== user;
    return user;
  });
  if (!changed) return;
  // An attempt that failed for somebody else is no reason to wait.
  await storeUpdate("healingAttempt", () => undefined);
  const registration = await api.ready;
  if (registration && pushSupported()) await exclusively("push", () => healSubscription(registration));
}

Object.assign(api, { identify });

// The last of push's steps: the server is told of the subscription's end first.
signOutSteps.push(() => storeUpdate("user", () => undefined));

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

/** A question of the page's own, before the browser's: that one can be refused for good, this one can wait. */

const PROMPT_SENTENCES = {
  promptTitle: "Turn on notifications?",
  promptBody: "{name} will tell you when there is something new. You can turn them off again at any time.",
  promptAccept: "Turn on",
  promptDismiss: "Not now",
};
Object.assign(PROMPT_SENTENCES, CONFIG.permissionPrompt.texts);
textTables.push(PROMPT_SENTENCES);

async function permissionState() {
  return api.push ? api.push.state() : notificationPermission();
}

function turnOnNotifications() {
  return api.push ? api.push.subscribe() : requestNotificationPermission();
}

async function showPermissionPrompt(modal) {
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

/** Shows the prompt if it may, and says whether. */
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

startSteps.push(() => {
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
  const number = Math.trunc(Number(value));
  return number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number + 0 : undefined;
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
  badgeOnOpen(false);
  document.addEventListener("visibilitychange", () => badgeOnOpen(false));
  addEventListener("focus", () => badgeOnOpen(true));
  addEventListener("storage", async ({ key, newValue }) => {
    if (key !== STORE_NAME || !newValue) return;
    emit("badge", await appBadge.get());
    refreshStates();
  });
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

startSteps.push(() => {
  if ("setAppBadge" in navigator) return;
  let shown = "0";
  let drawing = Promise.resolve();
  api.addEventListener("state", ({ detail }) => {
    if (countInTitle || shown === detail.badge) return;
    shown = String(detail.badge);
    drawing = drawing
      .then(() => showCountOnIcon(shown))
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

/* ---- shared/downloads.js ---- */

// Where downloaded files are kept.

/** The cache of the files that the user has asked for, whoever fetched them. */
const DOWNLOADS = STORE_NAME + ":downloads";

/* ---- page/download-state.js ---- */

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

/* ---- page/download-fetch.js ---- */

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
      if (response.status !== 200) throw namedError("ServerError");
      await cache.put(url, countedResponse(response, count));
    }
    await noteDownload({ id, state: "stored", size: downloaded });
  } catch (error) {
    // Who has removed it deletes it, too; to do so once more could make a cache that is gone anew.
    if (signal.reason !== "none") await deleteDownloaded(urls);
    const { name } = translateError(error);
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

/* ---- page/download-start.js ---- */

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
  if (!options || !/^[\w-]+$/.test(options.id)) throw namedError("UnknownError", `There is no download “${options?.id ?? wanted}”.`);
  const { id, title, icon, storedTitle, failedTitle, url } = options;
  const urls = absoluteUrls(options.urls);
  if (!urls.every((one) => one.startsWith(location.origin + "/"))) throw namedError("UnsupportedError", "Only files of this site can be kept.");
  const registration = await api.ready;
  if (!registration) throw namedError("RegistrationError");
  if (["active", "stored"].includes((await readDownload(id)).state)) return;
  const total = await sizeOf(urls);
  await noteDownload({ id, urls, state: "active", begun: false, declared: options !== wanted, storedTitle, failedTitle, url });
  const icons = icon ? [{ src: new URL(icon, BASE).href }] : [];
  let begun = false;
  try {
    if (!registration.backgroundFetch) throw namedError("UnsupportedError");
    await registration.backgroundFetch.fetch(id, urls, { title, icons, downloadTotal: total });
    begun = true;
  } catch (error) {
    if (translateError(error).name === "QuotaError") return noteDownload({ id, state: "failed", reason: "QuotaError" });
    // Not there, or refused: the page can do it, in one tab. Unless another tab was a moment faster.
    if (!(await backgroundFetchOf(id))) exclusively(`download-${id}`, () => fetchInPage(id, urls, total)).catch(reportFailure);
  }
  await noteDownload({ id, ...(begun && { begun }) }); // Tabs that were told before it had begun see its progress from here on.
}

/* ---- page/downloads.js ---- */

/** pwagen.downloads: large files for a time without a network, and how all tabs learn of them. */

/** Kept, or they would tell nothing any more. */
const watchedFetches = new Map();

/** Has the worker note what became of a download, and tell all tabs. */
async function noteDownload(change) {
  if (!(await askWorker({ pwagen: "download", change }))) throw namedError("RegistrationError");
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

workerNews.download = ({ id, state = "none", reason, size = 0 }) => {
  if (state !== "active") pageFetches.get(id)?.abort(state);
  const goesOn = state === knownDownloads.get(id)?.state;
  tellDownload(id, { state, reason, ...(!goesOn && { downloaded: size, total: size }) });
  if (state === "active") watchDownload(id).catch(reportFailure);
};

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

Object.assign(api, {
  downloads: {
    start: startDownload,
    state: async (id) => (await readDownload(id)).state,
    abort: abortDownload,
    remove: removeDownload,
  },
});

// An element whose id nobody has declared is told so, instead of doing nothing.
controls.set("download", { state: () => "", act: (_, element) => startDownload(idAt(element)) });

startSteps.push(() => {
  resumeDownloads().catch(reportFailure);
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

/**
 * Sends what waits, in browsers that don't do so by themselves. In the others the worker does it once all the same.
 */
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

/**
 * What a browser would send for a form, as a request of fetch (https://html.spec.whatwg.org/#form-submission-algorithm).
 */

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

/** The body in the form's encoding; fetch adds the Content-Type. */
function formBody(fields, encoding) {
  if (encoding === "multipart/form-data") return fields;
  // Files are sent by their names alone, and a line ends as it does in a form.
  const text = (value) => (typeof value === "string" ? value : value.name).replace(/\r\n?|\n/g, "\r\n");
  const pairs = Array.from(fields, ([name, value]) => [text(name), text(value)]);
  return encoding === "text/plain" ? pairs.map((pair) => `${pair.join("=")}\r\n`).join("") : new URLSearchParams(pairs);
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
 * <form data-pwagen="outbox">: sent by this script, so that the worker can keep it when there is no network.
 *
 * Without a worker, or where no rule of pwagen.yaml covers its action, it stays the browser's.
 */

const OUTBOX_SENTENCES = {
  outboxRefused: "The server didn't accept this: it answered with status {status}.",
  outboxLost: "There is no connection, and this couldn't be kept for later. Try again.",
};
textTables.push(OUTBOX_SENTENCES);

/** @param state  "sending", or what has become of a form */
function showOutbox(state) {
  outboxState = state;
  return refreshStates();
}

/** @returns accepted or queued */
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
  if (!busyElements.has(form)) submitForm(form, target, submitter);
}

startSteps.push(() => {
  document.addEventListener("submit", onSubmit);
});

/* ---- page/launch.js ---- */

/**
 * What the app was opened for beside its icon, as "launch" events: shared data, files, a link of its
 * protocol, a note, a shortcut. Each is told once, and waits for the first listener.
 */

/** What a URL alone says it was opened for. */
const launchReaders = [
  (url) => {
    const found = CONFIG.launch.pages.find((page) => isSamePage(url, new URL(page.url, BASE).href));
    return found && { kind: found.kind, url };
  },
];

/** What was kept for this page. */
const launchTakers = [({ handles }) => (handles ? fileLaunch(handles) : null)];

const untoldLaunches = [];

let launchListened = false;

/** Whether two URLs are the same page, however a host names it: open, open/, open.html or open/index.html. */
function isSamePage(one, other) {
  const [first, second] = [one, other].map((url) => {
    const { origin, pathname, search } = new URL(url);
    return origin + pathname.replace(/(\/|\/index\.html|\.html)$/, "") + search;
  });
  return first === second;
}

/** Files that the browser opened with the app. One that is gone by now is left out. */
async function fileLaunch(handles) {
  const read = await Promise.allSettled(handles.map((handle) => handle.getFile()));
  const files = read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return { kind: "file", url: location.href, files, handles: [...handles] };
}

function tellLaunch(launch) {
  fillLaunchForms(launch);
  if (launchListened) emit("launch", launch);
  else untoldLaunches.push(launch);
}

/** Takes what the fragment names out of the store, so that no reload and no other window gets it again. */
async function takeKeptLaunch() {
  const id = /^#pwagen-launch=([\w-]+)$/.exec(location.hash)?.[1];
  if (!id) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  toldHere = true;
  let taken;
  await changeInDatabase("launches", (kept = []) => {
    taken = kept.find((one) => one.id === id);
    return kept.filter((one) => one.id !== id);
  });
  if (!taken) throw namedError("UnknownError", "What the app was opened for could not be kept.");
  for (const take of launchTakers) {
    const launch = await take(taken);
    if (launch) tellLaunch(launch);
  }
}

startSteps.push(() => {
  takeKeptLaunch().catch(reportFailure);
  api.addEventListener = (...given) => {
    EventTarget.prototype.addEventListener.apply(api, (given));
    if (given[0] !== "launch" || launchListened) return;
    launchListened = true;
    // After the page's script, which may add more than one.
    queueMicrotask(() => untoldLaunches.splice(0).forEach((launch) => emit("launch", launch)));
  };
});

/* ---- page/launch-form.js ---- */

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

/* ---- page/launch-queue.js ---- */

/** Launches as the browser tells of them (https://wicg.github.io/web-app-launch/#launchqueue-interface). */

/** Whether this page has told what it was opened for, until it has loaded: the browser tells it, too. */
let toldHere = false;

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
async function onLaunch({ targetURL, files: handles = [] }) {
  const url = targetURL || location.href;
  const here = isSamePage(url, location.href);
  const told = here && toldHere;
  toldHere = false;
  if (told && !handles.length) return;
  const launch = handles.length ? { ...(await fileLaunch(handles)), url } : (launchAt(url) ?? { kind: "url", url });
  if (here || !CONFIG.launch.focusExisting) tellLaunch(launch);
  else if (emit("launch", launch)) await goToLaunch(url, [...handles]);
}

async function goToLaunch(url, handles) {
  const target = new URL(url);
  if (handles.length) {
    const kept = { id: crypto.randomUUID(), at: Date.now(), handles };
    await changeInDatabase("launches", (others = []) => [...others, kept]);
    target.hash = `pwagen-launch=${kept.id}`;
  }
  location.assign(target);
}

startSteps.push(() => {
  const queue = (window).launchQueue;
  const [navigation] = (performance.getEntriesByType("navigation"));
  const launch = launchAt(location.href);
  // A reload is no launch. That a plain URL is one, the queue tells; without it, a window that nothing led to.
  const plain = !queue && isStandalone() && !document.referrer;
  if (launch && navigation?.type === "navigate" && (launch.kind === "share" || launch.kind === "protocol" || plain)) {
    toldHere = true;
    tellLaunch(launch);
  }
  addEventListener("load", () => (toldHere = false), { once: true });
  queue?.setConsumer((params) => onLaunch(params).catch(reportFailure));
});

/* ---- page/share.js ---- */

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

/* ---- page/protocol.js ---- */

/** Links of the app's own protocols, which the browser puts into a URL of the app. */

/** The link in a URL; null if there is none, or one of another protocol: anybody can write such a URL. */
function protocolLaunch(url, protocols) {
  for (const { protocol, url: template } of protocols) {
    const [start, end] = new URL(template, BASE).href.split("%s");
    if (!url.startsWith(start) || !url.endsWith(end)) continue;
    try {
      const link = decodeURIComponent(url.slice(start.length, url.length - end.length));
      if (link.toLowerCase().startsWith(protocol + ":")) return { kind: "protocol", protocol, url: link };
    } catch {
      // A malformed %
    }
  }
  return null;
}

launchReaders.push((url) => protocolLaunch(url, CONFIG.protocols));

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
  const registration = await registered;
  const worker = registration && registration.active;
  if (!sameScript(worker)) return;
  if (!(await askWorker({ pwagen: "sign-out" }, worker, SIGN_OUT_TIMEOUT))) throw namedError("TimeoutError");
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
  if (failures.length) throw translateError(failures[0]);
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
