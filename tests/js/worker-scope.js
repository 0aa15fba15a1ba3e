/** The worker's parts in a scope that looks enough like a worker's for their pure functions. */

import { loadParts, partsTable } from "./load-parts.js";

export const FOLDER = "https://example.com/docs/";

export const CONFIG = {
  version: "1",
  script: "sw.js",
  app: { name: "Harbour News" },
  update: "prompt",
  notifications: {
    default: { title: "Harbour News", body: "There is something new" },
    options: { icon: "icons/icon-192.png", vibrate: [100, 50] },
    actions: [{ action: "view", title: "View" }],
    targets: { view: { do: "open", url: "content/" }, later: { do: "dismiss" } },
    click: { do: "open", url: "./" },
    allowedOrigins: ["https://other.example", "https://Shop.Example:443", "https://bücher.example", "https://[1:2]"],
  },
  push: {
    vapidPublicKey: "B",
    endpoint: "api/push",
    credentials: "same-origin",
    csrf: { cookie: "csrftoken", header: "X-CSRFToken" },
    headers: { "X-App": "1" },
  },
  badge: { onPush: "add", onClick: "clear", onClose: "keep", onOpen: "clear" },
  periodicSync: [],
  downloads: [],
  outbox: [{ match: "^api/[^]*$", methods: ["POST", "PUT"], maxAge: 1000 }],
  shareAction: "share/",
  widgets: [{ tag: "tides", template: "widgets/tides.json", data: "widgets/data.json", update: 3600000 }],
  offline: { page: "offline.html", fallbacks: {}, precache: [], routes: [], never: [], ignoreParams: "^(?:)$", timeout: 4000, verify: true },
  offlinePages: { en: "offline.html" },
  personal: true,
  appShell: "app.html",
  launchUrls: ["./?from=icon", "open?address=%s", "share?%s"],
  refreshedUrls: [],
  precacheUrls: [],
  staticRoutes: [],
};

/** @param {string} folder  of sw.js */
const workerIn = (folder) => ({
  location: new URL("sw.js", folder),
  registration: { scope: folder },
  addEventListener() {},
  Notification: { maxActions: 2 },
});

/**
 * Limits that no test waits for don't keep Node from ending.
 *
 * @param {() => void} callback
 * @param {number} [delay] in milliseconds
 * @param {unknown[]} values
 */
function setTimeoutOfWorker(callback, delay = 0, ...values) {
  const timer = setTimeout(callback, delay, ...values);
  return delay < 1000 ? timer : timer.unref();
}

/**
 * @param {object} [sections]  that replace those of CONFIG
 * @param {object} [scope]
 * @param {string} [folder]
 * @returns {(expression: string) => any}
 */
export function loadWorker(sections = {}, scope = {}, folder = FOLDER) {
  const parts = partsTable().worker.map((/** @type {{part: string}} */ { part }) => part);
  const globals = { setTimeout: setTimeoutOfWorker, clearTimeout, structuredClone, console, AbortController, AbortSignal, TransformStream, Headers, Response, Blob, navigator: { languages: [] }, self: workerIn(folder) };
  return loadParts(
    parts.filter((/** @type {string} */ part) => part !== "worker/hooks.js"),
    { ...globals, CONFIG: { ...CONFIG, ...sections }, ...scope },
  );
}
