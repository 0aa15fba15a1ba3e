/** What pages have in some browsers and lib.dom does not know. */

/** https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface */
interface BeforeInstallPromptEvent extends Event {
  prompt(): Promise<void>;
  readonly userChoice: Promise<{ outcome: "accepted" | "dismissed"; platform: string }>;
}

/** https://wicg.github.io/get-installed-related-apps/spec/ */
interface RelatedAppsNavigator {
  getInstalledRelatedApps?(): Promise<object[]>;
}

/** https://w3c.github.io/trusted-types/dist/spec/ */
interface TrustedTypesWindow {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
  };
}

/** https://wicg.github.io/periodic-background-sync/ */
interface PeriodicSyncManager {
  register(tag: string, options?: { minInterval?: number }): Promise<void>;
  getTags(): Promise<string[]>;
  unregister(tag: string): Promise<void>;
}

/** https://w3c.github.io/battery/ */
interface BatteryNavigator {
  getBattery?(): Promise<{ charging: boolean; level: number }>;
}

interface ServiceWorkerRegistration {
  /** https://wicg.github.io/background-sync/spec/ */
  readonly sync?: { register(tag: string): Promise<void> };
  readonly periodicSync?: PeriodicSyncManager;
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

/** https://wicg.github.io/web-app-launch/#launchqueue-interface */
interface LaunchQueueWindow {
  readonly launchQueue?: {
    setConsumer(consumer: (params: LaunchParams) => unknown): void;
  };
}
