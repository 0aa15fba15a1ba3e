/**
 * TypeScript's `self` is the scope that all kinds of workers share, so everything a service worker has
 * beyond that would be an error. Interfaces merge, `var self` could not be declared a second time.
 */
interface WorkerGlobalScope {
  readonly clients: Clients;
  readonly registration: ServiceWorkerRegistration;
  readonly serviceWorker: ServiceWorker;
  skipWaiting(): Promise<void>;
  readonly cookieStore?: CookieStore;
  addEventListener<K extends keyof WorkerEvents>(type: K, listener: (event: WorkerEvents[K]) => any): void;
  addEventListener<K extends "error" | "unhandledrejection">(
    type: K,
    listener: (event: ServiceWorkerGlobalScopeEventMap[K]) => any,
  ): void;
  readonly widgets?: Widgets;
}

/** Those that last until what was begun at them is done. */
interface WorkerEvents {
  install: InstallEvent;
  activate: ExtendableEvent;
  fetch: FetchEvent;
  message: ExtendableMessageEvent;
  push: PushEvent;
  notificationclick: NotificationEvent;
  notificationclose: NotificationEvent;
  pushsubscriptionchange: PushSubscriptionChangeEvent;
  sync: SyncEvent;
  periodicsync: PeriodicSyncEvent;
  backgroundfetchsuccess: BackgroundFetchUpdateUIEvent;
  backgroundfetchfail: BackgroundFetchUpdateUIEvent;
  backgroundfetchabort: BackgroundFetchEvent;
  backgroundfetchclick: BackgroundFetchEvent;
  widgetinstall: WidgetEvent;
  widgetresume: WidgetEvent;
  widgetclick: WidgetEvent;
  widgetuninstall: WidgetEvent;
}

/** https://wicg.github.io/periodic-background-sync/ */
interface PeriodicSyncEvent extends ExtendableEvent {
  readonly tag: string;
}

/** https://learn.microsoft.com/en-us/microsoft-edge/progressive-web-apps-chromium/how-to/widgets */
interface Widgets {
  updateByTag(tag: string, payload: { template?: string; data?: string }): Promise<void>;
}

interface WidgetEvent extends ExtendableEvent {
  readonly widget: { definition: { tag: string }; instances: unknown[] };
  /** The verb of an Adaptive Card's Action.Execute; only at a click. */
  readonly action: string;
  readonly data: any;
  readonly instanceId?: string;
}

interface ServiceWorkerRegistration {
  readonly periodicSync?: {
    register(tag: string, options?: { minInterval?: number }): Promise<void>;
    unregister(tag: string): Promise<void>;
  };
  readonly sync?: { register(tag: string): Promise<void> };
}

/** https://wicg.github.io/background-sync/spec/ */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
  readonly lastChance: boolean;
}

/** https://w3c.github.io/ServiceWorker/#installevent */
interface InstallEvent extends ExtendableEvent {
  addRoutes?(rules: StaticRoute[]): Promise<void>;
}

/** https://wicg.github.io/background-fetch/ */
interface BackgroundFetchRegistration extends EventTarget {
  readonly id: string;
  readonly downloaded: number;
  readonly downloadTotal: number;
  readonly failureReason: string;
  onprogress: (() => void) | null;
  abort(): Promise<boolean>;
  matchAll(): Promise<{ request: Request; responseReady: Promise<Response> }[]>;
}

interface ServiceWorkerRegistration {
  readonly backgroundFetch?: {
    fetch(id: string, urls: string[], options?: object): Promise<BackgroundFetchRegistration>;
    get(id: string): Promise<BackgroundFetchRegistration | undefined>;
  };
}

interface BackgroundFetchEvent extends ExtendableEvent {
  readonly registration: BackgroundFetchRegistration;
}

interface BackgroundFetchUpdateUIEvent extends BackgroundFetchEvent {
  updateUI(options: { title: string }): Promise<void>;
}
