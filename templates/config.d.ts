/**
 * The type of CONFIG, the one constant that pwagen writes into sw.js and register.js.
 *
 * A script has the sections of the features that are on, of those that features.json lists for it; a part
 * reads the section that it is listed with, and asks before it reads another. URLs are relative to the
 * folder of sw.js and are resolved at run time, durations are milliseconds.
 */
interface PwagenConfig {
  /** Changes if and only if behaviour or precached content does. */
  version: string;
  /** The worker that pages register, in the same folder: sw.js, or one that imports it. */
  script: string;
  /** The manifest's scope, if it may be wider than the folder of sw.js. */
  scope?: string;
  app: { name: string; lang?: string; dir?: "auto" | "ltr" | "rtl" };
  notifications: NotificationsConfig;
  push: PushConfig;
  badge: BadgeConfig;
  /** The count is shown in the page's title where there is no badge; badgeFavicon: on its icon, if that can be. */
  badgeTitle?: true;
  badgeFavicon?: true;
  permissionPrompt: PromptRule;
  iosHint: PromptRule;
  relatedApps: true;
  periodicSync: PeriodicSyncConfig[];
  downloads: DownloadConfig[];
  offline: OfflineConfig;
  /** Pages are asked for while the worker starts: none of them comes from the store first. */
  preload?: true;
  /** A route keeps what is one user's. */
  personal?: true;
  /** The page that answers every address for which there is nothing else. */
  appShell: string;
  /** URLs that open a page whose content doesn't depend on their query; %s stands for any text. */
  launchUrls: string[];
  /** URLs that periodic sync refreshes, and that are answered with what was stored then. */
  refreshedUrls: string[];
  /** URLs without a file that are stored at installation. */
  precacheUrls: string[];
  /** Rules for InstallEvent.addRoutes: what of `offline.never` and of the routes needs no worker, and what of that does. */
  staticRoutes: StaticRoute[];
  /** Pages may come from the store, and hear of it. */
  pageState?: true;
  outbox: OutboxRule[];
  update: "prompt" | "auto";
  /** What notifications say in each language, the app's own first. There if the app has several. */
  translations: Record<string, TranslationConfig>;
  /** The offline page of each language, if pwagen made it. */
  offlinePages: Record<string, string>;
  launch: LaunchConfig;
  share: ShareConfig;
  /** Where the system posts what is shared; only where it does so by POST. */
  shareAction: string;
  /** `%s` in the URL stands for the link. */
  protocols: { protocol: string; url: string }[];
  /** The app may have a window of its own. */
  display: true;
  widgets: WidgetConfig[];
  /** The hook file beside sw.js, loaded with importScripts. */
  hooks: string;
  /** In the worker that removes itself, and there alone. */
  remove: { allCaches: boolean };
}

type TargetKind = "open" | "focus" | "message" | "post" | "dismiss";

interface TargetConfig {
  do: TargetKind;
  url?: string;
}

interface NotificationsConfig {
  /** What a push that says nothing usable shows. */
  default: { title: string; body?: string };
  /** Options of every notification that the message doesn't set itself, under their W3C names. */
  options: {
    icon?: string;
    badge?: string;
    image?: string;
    lang?: string;
    dir?: "auto" | "ltr" | "rtl";
    tag?: string;
    renotify?: boolean;
    requireInteraction?: boolean;
    silent?: boolean;
    vibrate?: number[];
  };
  actions: { action: string; title: string; icon?: string }[];
  /** Where each configured action leads. */
  targets: Record<string, TargetConfig>;
  click: TargetConfig;
  close?: TargetConfig;
  /** Origins beside our own that a click may open, e.g. "https://example.com". */
  allowedOrigins: string[];
}

interface PushConfig {
  /** base64url, 65 bytes. */
  vapidPublicKey: string;
  endpoint?: string;
  credentials: RequestCredentials;
  csrf?: { cookie?: string; meta?: string; header: string };
  headers: Record<string, string>;
}

/** A rule, or the number that the badge is set to. "set" shows a badge without a number. */
type BadgeRule = "add" | "subtract" | "set" | "clear" | "keep" | number;

interface BadgeConfig {
  onPush: BadgeRule;
  onClick: BadgeRule;
  onClose: BadgeRule;
  onOpen: BadgeRule;
}

/** When a prompt shows itself. */
interface PromptRule {
  /** On the how-maniest visit; never by itself without it. */
  afterVisits?: number;
  /** Milliseconds after each dismissal; after one more it never shows itself again. */
  backOff: number[];
}


/** {name} stands for the app's name, {share} for the picture on iOS's Share button. */
interface PromptTexts {
  title: string;
  body: string;
  dismiss: string;
  accept?: string;
}

interface PeriodicSyncConfig {
  tag: string;
  /** Milliseconds. */
  minInterval: number;
  urls: string[];
  /** Member of the first URL's JSON, dots for depth. */
  badge?: string;
  notify?: { title: string; body?: string; tag?: string; url?: string };
}

/** Files to fetch when the user asks for them. */
interface DownloadConfig {
  id: string;
  /** What the browser shows while they are fetched. */
  title: string;
  urls: string[];
  icon?: string;
  /** What it shows when they are stored, and when they can't be had. */
  storedTitle?: string;
  failedTitle?: string;
  /** Where a click on that leads. */
  url?: string;
}

type DownloadState = "none" | "active" | "stored" | "failed" | "aborted";

/** What is known of a download beyond the page that started it. */
interface DownloadRecord {
  /** Absolute, without fragments. */
  urls: string[];
  state: DownloadState;
  /** A PwagenErrorName. */
  reason?: string;
  /** Bytes, once it is stored. */
  size?: number;
  /** It was started by its name in pwagen.yaml, and goes when that is gone. */
  declared: boolean;
  /** The browser fetches it in the background, and tells the worker of the end. */
  begun?: boolean;
  storedTitle?: string;
  failedTitle?: string;
  url?: string;
}

/** Everything of `notifications` and of `periodicSync` that depends on the language, lists in the same order. */
interface TranslationConfig {
  options: { lang: string; dir: "auto" | "ltr" | "rtl" };
  default: { title: string; body: string };
  actions: string[];
  sync: { title?: string; body?: string }[];
}

interface LaunchConfig {
  /** Pages that are opened with nothing but their URL. */
  pages: { kind: "note" | "lock-screen" | "shortcut"; url: string }[];
  /** Whether a launch may come to a window that shows another page, and leave it there. */
  focusExisting: boolean;
}

interface ShareConfig {
  action: string;
  method: "GET" | "POST";
  /** The names of the fields in which each arrives. */
  params: { title?: string; text?: string; url?: string };
  files: string[];
}

interface WidgetConfig {
  tag: string;
  /** The URL of an Adaptive Card. */
  template: string;
  /** The URL of its JSON. */
  data?: string;
  /** Milliseconds. */
  update?: number;
}

type StrategyName = "network-first" | "cache-first" | "stale-while-revalidate" | "network-only" | "cache-only";

interface OfflineConfig {
  page: string;
  /** What stands in for an image or for JSON data. */
  fallbacks: { image?: string; json?: string };
  /** [path below the base folder as it is on disk, SHA-256 in base64, 1 if installation fails without it]. */
  precache: [string, string, 0 | 1][];
  routes: RouteConfig[];
  /** Regular expression sources over the path below the base folder: the worker leaves these alone. */
  never: string[];
  /** A regular expression source over the names of query parameters that don't change a page. */
  ignoreParams: string;
  /** Milliseconds that a page may take before its stored copy is shown. */
  timeout: number;
  /** Whether a file must be byte for byte that of the build. */
  verify: boolean;
}

/** https://w3c.github.io/ServiceWorker/#dictdef-routerrule */
interface StaticRoute {
  condition: { urlPattern?: string; requestMethod?: string; requestMode?: RequestMode };
  source: "network" | "fetch-event";
}

interface RouteConfig {
  /** A regular expression source over the path below the base folder. */
  match: string;
  strategy: StrategyName;
  /** Milliseconds. */
  timeout?: number;
  maxEntries?: number;
  /** Milliseconds. */
  maxAge?: number;
  /** Whether what is made for one user is stored, too: apart, and until there is another user. */
  personal?: boolean;
}

/** Requests that are kept when they fail. */
interface OutboxRule {
  /** A regular expression source over the path below the base folder. */
  match: string;
  methods: string[];
  /** Milliseconds that one may wait. */
  maxAge: number;
}

declare const CONFIG: PwagenConfig;

/** Where a click leads. "get" is Angular's sendRequest. */
interface ClickTarget {
  do: TargetKind | "get";
  url?: string;
}

/** A badge: a number, true for one without a number, 0 for none. */
type BadgeValue = number | true;

/** notification.data of everything that pwagen shows: where clicks lead, and the message's own data. */
interface NotificationData {
  pwagen: { targets: Record<string, ClickTarget> };
  data?: unknown;
}

/** What a click or a dismissal tells pages, hooks and servers. */
interface ClickDetail {
  action: string;
  tag: string;
  title: string;
  /** The message's own data. */
  data: unknown;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** Values that page and worker share in the store. */
interface StoreValues {
  /** By topic, "" for what has none; a single value from earlier builds. */
  badge: Map<string, BadgeValue> | BadgeValue;
  downloads: Record<string, DownloadRecord>;
  /** Where a click wanted to go; iOS may have opened the start page instead (firebase-js-sdk#7698). */
  pendingUrl: { url: string; at: number };
  /** A change of subscription that the server doesn't know yet. */
  pendingSubscription: { old: PushSubscriptionJSON | null; new: PushSubscriptionJSON | null };
  /** What the server was last told of, and when. Without it the user hasn't subscribed, or has ended it. */
  reportedSubscription: { subscription: PushSubscriptionJSON; time: number; user?: string };
  /** Whose browser this is, as the page's code has said. */
  user: string;
  /** The language of the page that was last opened, as it says itself. */
  language: string;
  /** What was brought to the app and no page has taken yet: the fields of a share, the handles of files. */
  launches: KeptLaunch[];
  /** When a page last tried to put the subscription right, in milliseconds since 1970. */
  healingAttempt: number;
  /** How often the app was visited, and when a page of it was last opened. */
  visits: { count: number; at: number };
  "prompt:permission": PromptRecord;
  "prompt:ios": PromptRecord;
}

/** What became of a prompt: the visit in which it last showed itself, how often and when it was dismissed. */
interface PromptRecord {
  shown?: number;
  dismissals?: number;
  at?: number;
}

/** "withdrawn": there was no need for it any more. */
type PromptOutcome = "accepted" | "dismissed" | "withdrawn";

/** A request in the outbox; its body lies beside it. */
interface OutboxEntry {
  /** Its place in the queue. */
  id: number;
  url: string;
  method: string;
  headers: [string, string][];
  credentials: RequestCredentials;
  redirect: RequestRedirect;
  referrer: string;
  /** What it is known by to the server, unless the page has set an Idempotency-Key of its own. */
  key: string;
  /** Since when it waits, in milliseconds since 1970. */
  time: number;
  maxAge: number;
  /** Made in vain since it was kept. */
  tries: number;
  /** When the server may be asked again, in milliseconds since 1970. */
  notBefore?: number;
  /** There while it waits; without it the request has come to nothing. */
  waiting?: number;
  /** What the server refused it with; none: it has waited for too long. */
  status?: number;
}

/** What pages and hooks are told of a request in the outbox. "queued" is told again after each try in vain. */
interface OutboxDetail {
  state: "queued" | "sent" | "failed" | "removed";
  id: number;
  url: string;
  method: string;
  /** The server's answer; none: there was no network, or it has waited for too long. */
  status?: number;
  /** How many wait now. */
  waiting: number;
  /** Milliseconds until the next try. */
  retryIn?: number;
}

/** Something that a page of the app is about to take out of the store, once. */
interface KeptLaunch {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  fields?: [string, FormDataEntryValue][];
  handles?: FileSystemFileHandle[];
}

/** From a page to its worker, answered on the message's port where there is one. */
type PageToWorker =
  /** Answered with { version }. */
  | { pwagen: "version" }
  /** Answered with { config }: what this build is made of. */
  | { pwagen: "config" }
  | { pwagen: "skip-waiting" }
  | { pwagen: "make-way" }
  /** Answered with { done: true } when nothing of another user is stored any more. */
  | { pwagen: "new-user" }
  /** Answered with { done: true } when caches, subscription, badge and store are gone. */
  | { pwagen: "sign-out" }
  /** Answered with { refreshed }: false if it was too early. */
  | { pwagen: "refresh"; tag: string }
  /** A download has begun or ended; answered with { done: true } when that is noted and told. */
  | { pwagen: "download"; change: { id: string } & Partial<DownloadRecord> }
  /** Answered with { entries }: all of the outbox, the oldest first. */
  | { pwagen: "outbox" }
  | { pwagen: "outbox-remove"; id: number }
  /** Sends what waits; with `retry` also one that has failed, or all. Answered with { waiting } afterwards. */
  | { pwagen: "replay"; retry?: number | true };

/** What comes back on the port: the result, or why there is none. */
type WorkerAnswer =
  | { version: string }
  | { config: PwagenConfig }
  | { done: true }
  | { refreshed: boolean }
  | { entries: object[] }
  | { waiting: number }
  | { error: string };

/**
 * From the worker to every page of the app; register.js dispatches it as a DOM event of that name.
 * "navigate" is the exception, an order: go to detail.url, the worker wasn't allowed to (same origin
 * only, and only if the page isn't there yet).
 */
interface WorkerToPage {
  pwagen: "push" | "click" | "close" | "sync" | "badge" | "subscription" | "download" | "outbox" | "widget" | "error" | "navigate" | "window" | "posted" | "page";
  detail?: unknown;
}

/** What a page answers to "window" on the message's port. */
interface PageAnswer {
  /** Where it is now. */
  url: string;
  /** Whether leaving it would lose what is typed, or an answer to a POST. */
  unsaved: boolean;
  /** The build of its register.js. */
  version: string;
}

interface ExplainedRule {
  /** What decides, in the terms of pwagen.yaml. */
  rule: string;
  /** "worker", or "browser": the rule says to leave the request alone. */
  by: string;
  strategy?: StrategyName;
  /** Milliseconds that the network has. */
  timeout?: number;
  /** The copy that is stored now. */
  stored?: Response;
  /** What it is asked for: "page" or a destination, which decides what stands in where there is neither. */
  purpose?: string;
}

/** self.pwagen in the worker, for the hook file. `notify` and `badge` are there if their sections are. */
interface PwagenWorker {
  /** What this build is made of, to read. */
  config: PwagenConfig;
  /**
   * Calls the handler at an event. "push" comes before a message is shown: the handler may amend
   * `notification` in the message's own terms, within a second. The others are told afterwards.
   */
  on(event: "push", handler: (detail: { message: any; notification: any }) => unknown): void;
  on(event: "shown", handler: (detail: { message: any; title: string; body?: string; tag?: string; data: any }) => unknown): void;
  on(event: "click" | "close", handler: (detail: ClickDetail) => unknown): void;
  on(event: "outbox", handler: (detail: OutboxDetail) => unknown): void;
  on(event: "widget", handler: (detail: { tag: string; action: string; data: any; instanceId?: string }) => unknown): void;
  on(event: "sync" | "message" | "sign-out", handler: (detail: any) => unknown): void;
  /** Shows a notification as a push would; the options of the message contract, `navigate` included. */
  notify(title: string, options?: object): Promise<void>;
  /**
   * For the DevTools console: by which rules a URL would be answered now, first to last; none: the browser asks
   * the server, and the worker has no say. `as` is what it is asked for as, "document" for a page, "" for what
   * code fetches; by default what its name suggests. There if the worker answers requests at all.
   */
  explain(url: string, as?: RequestDestination): Promise<{ url: string; as: RequestDestination; rules: ExplainedRule[] }>;
  /** Each act resolves with the badge that is shown then. */
  badge: {
    set(value?: unknown, topic?: string): Promise<BadgeValue>;
    add(amount?: number, topic?: string): Promise<BadgeValue>;
    clear(topic?: string): Promise<BadgeValue>;
    get(topic?: string): Promise<BadgeValue>;
  };
}
