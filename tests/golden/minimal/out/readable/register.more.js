/*
 * The second page script, made by pwagen from pwagen.yaml: what few visits need. register.js loads it the
 * first time that something does.
 */
(() => {
"use strict";

const { version, shared, parts } = document.currentScript.pwagen;
// Another build's register.js has loaded it, and shares other things.
if (version !== "87719fde37f7fe20") return;

const [
  CONFIG,
  workerUrl,
  namedError,
  errorName,
  TRUSTED_TYPES_REMEDY,
  more,
  scopes,
] = shared;

const TEXTS = {
  "english": {
    "updateCheck": "The server couldn't be asked for a new version.",
    "installIos": "Open the Share menu and choose “Add to Home Screen” to install this app.",
    "installGesture": "The app can only be installed from a click or a key press.",
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
  "languages": {}
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
