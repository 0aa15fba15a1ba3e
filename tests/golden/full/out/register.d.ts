/**
 * Types of window.pwagen, the object that register.js gives a page.
 *
 * Members that belong to a section of pwagen.yaml are there only if the section is: `push` with push,
 * `notifications` with notifications or push, `badge` with badge, `downloads` with downloads, `outbox` with
 * outbox, `identify` with push, `prompt` with permission_prompt.
 *
 * Every promise that is rejected is so with a PwagenError: its name is one to branch on, its message a
 * sentence for the user, in the page's language if pwagen.yaml has it under languages.
 *
 * The same works without code, through attributes:
 *
 *   <button data-pwagen="push">          subscribes and unsubscribes; aria-pressed says which
 *   <button data-pwagen="prompt">        opens the permission prompt; hidden where it makes no sense
 *   <button data-pwagen="install">       installs the app; hidden where that isn't possible
 *   <button data-pwagen="update">        moves to the new version; hidden until there is one
 *   <span data-pwagen="badge">           the badge's count; hidden while that is zero
 *   <button data-pwagen="download" data-pwagen-id="tour">
 *                                        fetches a download, and aborts that; hidden when it is stored
 *   <button data-pwagen="download-remove" data-pwagen-id="tour">
 *                                        removes it again; hidden until it is stored
 *   <progress data-pwagen="download-progress" data-pwagen-id="tour">
 *                                        how far it is; hidden while nothing is fetched. Another element
 *                                        gets the percentage. The id may be that of an element around.
 *   <form data-pwagen="outbox" …>        is kept and sent later if it is one of the outbox's and there is no network
 *   <button data-pwagen="outbox-retry">  sends again what has failed; hidden while nothing has
 *   <button data-pwagen="outbox-discard"> drops what has failed; hidden while nothing has
 *   <span data-pwagen="waiting">         how many requests wait for a network; hidden while none does
 *   <p data-pwagen="message">            why a click came to nothing
 *   <form data-pwagen-launch>            gets what is shared to the app or opened with it: fields named
 *                                        title, text and url, and one for files
 *   <p data-pwagen-when="denied" hidden> shown in the named states only: of push (default, denied,
 *                                        granted, subscribed, unsupported, needs-install), or with a
 *                                        name before it: install:available, update:ready, unsaved:held, badge:3,
 *                                        outbox:queued, message:PermissionDeniedError; download:stored
 *                                        of the element's data-pwagen-id
 *   <html data-pwagen-push="…">          set by register.js, for style sheets; also -install, -update, …
 */
interface Pwagen extends EventTarget {
  /** The registration once its worker is active; null where there are no service workers or this one failed. */
  readonly ready: Promise<ServiceWorkerRegistration | null>;
  readonly push: PwagenPush;
  readonly notifications: PwagenNotifications;
  readonly badge: PwagenBadge;
  readonly downloads: PwagenDownloads;
  readonly outbox: PwagenOutbox;
  readonly install: PwagenInstall;
  readonly update: PwagenUpdate;
  readonly prompt: PwagenPrompt;
  /** The builds of this page and of the worker that answers for it, null without one. */
  version(): Promise<PwagenVersions>;
  /**
   * Says whose browser this is, after each sign-in: the subscription is sent to the server again if that
   * has changed. The key is any text or number that means the user to the server, which should trust its own
   * session more than what a page says.
   */
  identify(user: string | number): Promise<void>;
  /**
   * Ends the push subscription here and on the server, clears the badge, forgets the user, and drops what is
   * stored for offline use and what still waits in the outbox after a last try. Call it before the session
   * ends, so that the server still knows who asks.
   */
  signOut(): Promise<void>;

  addEventListener<K extends PwagenEventName>(
    type: K,
    listener: (this: Pwagen, event: CustomEvent<PwagenEventMap[K]>) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

interface PwagenPush {
  /** Where push stands in this browser. */
  state(): Promise<PwagenPushState>;
  /**
   * Asks for the permission if need be, subscribes, and sends the subscription to the server of
   * push.endpoint. To be called in a click or key press, before any await. The browser's subscription
   * is used again if there is one, and replaced if it was made with another VAPID key.
   */
  subscribe(): Promise<PushSubscription>;
  /** Ends the subscription, here and on the server. False if there was none. */
  unsubscribe(): Promise<boolean>;
}

type PwagenPushState =
  /** The browser or the page's address (http) has no push. */
  | "unsupported"
  /** iOS and iPadOS: only once the app is on the Home Screen. */
  | "needs-install"
  /** The user hasn't been asked. */
  | "default"
  | "denied"
  /** Allowed, but not subscribed. */
  | "granted"
  | "subscribed";

interface PwagenNotifications {
  permission(): NotificationPermission | "unsupported";
  /** Asks the user. To be called in a click or key press, before any await; resolves only if allowed. */
  request(): Promise<void>;
  /** Shows a notification through the worker; options under their W3C names, unusable ones are left out. */
  show(title: string, options?: PwagenNotificationOptions): Promise<void>;
}

interface PwagenNotificationOptions extends NotificationOptions {
  actions?: { action: string; title: string; icon?: string }[];
  image?: string;
  renotify?: boolean;
  timestamp?: number;
  vibrate?: number | number[];
}

/**
 * The badge on the app's icon. Where the browser has none, the count is kept all the same.
 *
 * What is unread may be counted by topic; the badge shows the total. A push counts for its
 * notification's tag, a periodic sync for its notification's or else its own.
 */
interface PwagenBadge {
  /**
   * Shows a number, or a badge without one. Without a topic it is the total, and what was counted by
   * topic is forgotten. Resolves to what is shown now, as all of these.
   */
  set(count?: number, topic?: string): Promise<PwagenBadgeValue>;
  /** Adds to the count; less than nothing is possible, but not below zero. */
  add(count?: number, topic?: string): Promise<PwagenBadgeValue>;
  /** Clears a topic, or everything. */
  clear(topic?: string): Promise<PwagenBadgeValue>;
  /** A topic's count, or the total. */
  get(topic?: string): Promise<PwagenBadgeValue>;
}

/** A number, true for a badge without one, 0 for none. */
type PwagenBadgeValue = number | true;

/**
 * Large files for a time without a network: fetched by the browser in the background where it does
 * that, else by the page for as long as it is open. They are kept until they are removed or signOut().
 */
interface PwagenDownloads {
  /**
   * Begins a download of pwagen.yaml, by its id, or another one; nothing happens if it is stored or
   * under way. Resolves when it has begun; "download" events tell the rest.
   */
  start(download: string | PwagenDownloadOptions): Promise<void>;
  state(id: string): Promise<PwagenDownloadState>;
  abort(id: string): Promise<void>;
  /** Deletes its files, and aborts it if it is under way. */
  remove(id: string): Promise<void>;
}

type PwagenDownloadState = "none" | "active" | "stored" | "failed" | "aborted";

interface PwagenDownloadOptions {
  /** Letters, digits, - and _. */
  id: string;
  /** What the browser shows while it fetches. */
  title: string;
  /** Of this origin; relative to the folder of sw.js. */
  urls: string[];
  icon?: string;
  /** What the browser shows when they are stored, and when they can't be had. */
  storedTitle?: string;
  failedTitle?: string;
  /** Where a click on what the browser shows leads. */
  url?: string;
}

interface PwagenDownload {
  id: string;
  state: PwagenDownloadState;
  /** Bytes; the total is 0 if the server doesn't say. */
  downloaded: number;
  total: number;
  /** Why it failed: NetworkError, ServerError for another status than 200, QuotaError for no space. */
  reason?: PwagenErrorName;
}

interface PwagenInstall {
  readonly state: PwagenInstallState;
  /**
   * Shows the browser's install dialog, or how to do it by hand on iOS (install.ios_hint). To be called in a
   * click; rejected where there is nothing to show.
   */
  prompt(): Promise<"accepted" | "dismissed">;
}

type PwagenInstallState =
  /** Installed just now, running as an app, or there from a store (app.related_applications). */
  | "installed"
  | "available"
  /** By hand: Share menu, “Add to Home Screen”. */
  | "ios"
  | "unavailable";

interface PwagenPrompt {
  /**
   * A good moment for the permission prompt has come: shows it unless the permission is decided, it has been
   * dismissed lately, or this visit has seen it. False if it isn't shown.
   */
  offer(): Promise<boolean>;
}

type PwagenPromptName = "permission" | "ios";

interface PwagenUpdate {
  /** Asks the server for a new build; true if one is on its way or ready. Done hourly and when the user comes back, too. */
  check(): Promise<boolean>;
  /**
   * Lets the new build take over, and reloads the tabs in which nothing is typed; called again, this one
   * whatever is typed. False if there is none.
   */
  apply(): Promise<boolean>;
}

/** Requests that found no network: those that wait, in their order, and those that have failed. */
interface PwagenOutbox {
  list(): Promise<PwagenOutboxEntry[]>;
  /** Tries again now what waits, and what has failed: that one, or all. Resolves when it is under way or done. */
  retry(id?: number): Promise<void>;
  /** Drops one for good. */
  remove(id: number): Promise<void>;
}

interface PwagenOutboxEntry {
  id: number;
  url: string;
  method: string;
  state: "queued" | "failed";
  /** Since when it waits, in milliseconds since 1970. */
  time: number;
  /** Made in vain since it was kept. */
  tries: number;
  /** What the server refused it with; none of a failed one: it waited longer than max_age. */
  status?: number;
}

interface PwagenOutboxEvent {
  /**
   * "queued": it waits, told when it is kept and after each try in vain. "sent": the server has accepted it.
   * "failed": the server has refused it, or it has waited for longer than max_age. "removed": by the page.
   */
  state: "queued" | "sent" | "failed" | "removed";
  /** None for a form that the server has answered at once. */
  id?: number;
  url: string;
  method: string;
  /** The server's answer; none if there was none. */
  status?: number;
  /** How many wait now. */
  waiting: number;
  /** Milliseconds until the next try of a queued one. */
  retryIn?: number;
}

interface PwagenVersions {
  page: string;
  worker: string | null;
}

/** What data-pwagen-when and the attributes of <html> show, by name. */
interface PwagenStates {
  push?: PwagenPushState;
  install: PwagenInstallState;
  update: "none" | "ready";
  /** "held": the update was accepted in this tab, which keeps what is typed until it is accepted once more. */
  unsaved: "none" | "held";
  /** Whether the permission prompt can be opened. */
  prompt?: "available" | "none";
  /** The count, "true" for a badge without one. */
  badge?: string;
  /** What has become of the last request; "empty" if there was none. */
  outbox?: "empty" | "sending" | "queued" | "sent" | "failed";
  /** Whether there are requests that have failed, to be sent again or dropped. */
  "outbox-retry"?: "available" | "none";
  "outbox-discard"?: "available" | "none";
  /** How many requests wait. */
  waiting?: string;
  /** How the app's window looks, unless pwagen.yaml wants it to be the browser's. */
  display?: "window-controls-overlay" | "tabbed" | "unframed" | "minimal-ui" | "fullscreen" | "standalone" | "browser";
  /** The name of the error shown in data-pwagen="message", or nothing. */
  message: "" | PwagenErrorName;
  [download: `download:${string}`]: PwagenDownloadState;
}

interface PwagenEventMap {
  /** A state is known for the first time, or has changed. */
  state: PwagenStates;
  /**
   * "waiting": a new build can be applied. "applied": it has taken over, and the page reloads unless
   * it holds unsaved input (dirty) or a listener calls preventDefault(). Where the user has accepted it,
   * this comes only if the page is dirty.
   */
  update: { state: "waiting" | "applied"; dirty: boolean };
  install: { state: PwagenInstallState };
  /** The permission prompt or the hint for iOS has come, or was answered. */
  prompt: { name: PwagenPromptName; state: "shown" | "accepted" | "dismissed" };
  /** A push has arrived; message is what it said, the rest what was shown. */
  push: { message: any; title: string; body?: string; tag?: string; data?: any };
  /** A notification was clicked; action is "" for its body. */
  click: PwagenClick;
  /** The user has dismissed a notification. */
  close: PwagenClick;
  /** URLs of a periodic_sync entry were refreshed. */
  sync: { tag: string; changed: boolean };
  badge: PwagenBadgeValue;
  /** A download has begun, gone on or ended. */
  download: PwagenDownload;
  outbox: PwagenOutboxEvent;
  /**
   * What the app was opened for. Told once, and kept for the first listener. In a window that the launch
   * was brought to (launch_handler: focus-existing), preventDefault() keeps it from going to the launch's URL.
   */
  launch: PwagenLaunch;
  /** A button of a widget was pressed (Edge); action is its verb. */
  widget: { tag: string; action: string; data: any; instanceId?: string };
  /** The server has been told of a subscription, or its end: new is null then. */
  subscription: { old: PushSubscriptionJSON | null; new: PushSubscriptionJSON | null };
  /** Something failed that no promise tells. preventDefault() keeps it off the console. */
  error: { name: PwagenErrorName; message: string; error: PwagenError };
  /** What is shown came from the store because the network was slow or gone, and whether it has answered since. Prevented: the page stays when that is a redirect, to a log-in. */
  page: { state: "stored" | "fresh" };
}

type PwagenLaunch =
  /** Something was shared to the app. What wasn't given is empty; url is one of http or https. Anybody's page may do so. */
  | { kind: "share"; title: string; text: string; url: string; files: File[] }
  /** Files were opened with the app. With their handles they can be written, if the user agrees. */
  | { kind: "file"; url: string; files: File[]; handles: FileSystemFileHandle[] }
  /** A link of one of the app's protocols, such as web+tide:low. */
  | { kind: "protocol"; protocol: string; url: string }
  /** A page that the manifest names, or any other ("url"), the start page among them. */
  | { kind: "note" | "lock-screen" | "shortcut" | "url"; url: string };

interface PwagenClick {
  action: string;
  tag: string;
  title: string;
  /** The message's own data. */
  data: any;
  /** Milliseconds since 1970. */
  timestamp: number;
}

type PwagenEventName = keyof PwagenEventMap;

interface PwagenError extends Error {
  name: PwagenErrorName;
  cause?: unknown;
}

type PwagenErrorName =
  | "UnsupportedError"
  | "NeedsInstallError"
  | "InstallUnavailableError"
  | "GestureError"
  | "PermissionDeniedError"
  | "PermissionDismissedError"
  | "PushServiceError"
  | "KeyError"
  | "ServerError"
  | "NetworkError"
  | "RegistrationError"
  | "InsecureContextError"
  | "OtherWorkerError"
  | "QuotaError"
  | "TimeoutError"
  | "UnknownError";

interface Window {
  readonly pwagen: Pwagen;
}

declare var pwagen: Pwagen;
