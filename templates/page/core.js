/**
 * What every other part builds on: where the files lie, the object that pages see, its events.
 *
 * Nothing acts while the parts are being read. Each adds to the lists below, and start.js runs them
 * once, so that a page that loads this script twice doesn't get every listener twice.
 */

/** Read now: the browser forgets it as soon as this script has run. */
const ownScript = /** @type {HTMLScriptElement | null | undefined} */ (
  // A module has no currentScript.
  document.currentScript ?? Array.from(document.scripts).find(({ src }) => /\/register\.js(\?|$)/.test(src))
);

/** The folder of register.js and of the worker. All else is resolved against it: the same bytes work at / and at /a/b/. */
const BASE = new URL(".", ownScript?.src || document.baseURI).href; // An inlined copy has no src.

const workerUrl = new URL(CONFIG.script, BASE).href;

const api = /** @type {Pwagen} */ (new EventTarget());

/** @type {(() => void)[]} Run once, synchronously, when all parts have been read. */
const startSteps = [];

/** @type {(() => void)[]} The same for what a person's window does alone: no frame, of ours or in another site. */
const topSteps = window === window.top ? startSteps : [];

/** @type {(() => Promise<unknown>)[]} What pwagen.signOut() does, in this order. */
const signOutSteps = [];

/**
 * What a data-pwagen attribute can name.
 *
 * @typedef {object} PageControl
 * @property {() => string | Promise<string>} state  What data-pwagen-when and the root's data attribute show.
 * @property {(state: string, element: HTMLElement) => Promise<unknown>} [act]  What a click does.
 * @property {(element: HTMLElement, state: string) => void} [show]  Brings an element in line with the state.
 */

/** @type {Map<string, PageControl>} */
const controls = new Map();

/**
 * Dispatches an event on window.pwagen; false if a listener prevented what would follow.
 *
 * @param {PwagenEventName} type
 * @param {unknown} detail
 */
function emit(type, detail) {
  return api.dispatchEvent(new CustomEvent(type, { detail, cancelable: true }));
}

/**
 * The browser's service workers, or null. The getter itself throws in a sandboxed frame.
 *
 * @returns {ServiceWorkerContainer | null}
 */
function workerContainer() {
  try {
    return navigator.serviceWorker || null;
  } catch {
    return null;
  }
}
