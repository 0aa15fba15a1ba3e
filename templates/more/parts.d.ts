/** What the two page scripts are to each other. */

/** What register.js shares with register.more.js. */
declare function shared(): unknown[];

/** How the app was launched, as the browser tells it (https://wicg.github.io/web-app-launch/#launchparams-interface). */
interface LaunchParams {
  targetURL?: string | null;
  files?: readonly FileSystemFileHandle[];
}

/** How this page was opened, as it sees that itself. */
interface OpenedPage {
  href: string;
  /** Its URL may hold a launch, and nobody reloaded it or went back to it. */
  isLaunch: boolean;
  /** What its fragment names of what was kept for it. */
  keptId?: string;
  /** The window was opened by nothing but a launch. */
  isPlain: boolean;
}

/** What register.more.js offers register.js. Each is there if its feature is on. */
interface MoreParts {
  sentence(name: string, cause?: unknown): string;
  diagnoseRegistration(thrown: unknown, directive: string | undefined, policyRefused: boolean): Promise<PwagenError>;
  otherWorkerError(scriptUrl: string): Promise<PwagenError>;
  narrowScopeError(scope: string): Promise<PwagenError>;
  showIosHint(modal: boolean): Promise<PromptOutcome>;
  showPermissionPrompt(modal: boolean): Promise<void>;
  labelPush(element: HTMLElement): void;
  withdrawPrompt(name: PwagenPromptName): void;
  showPageNotification(title: string, options?: NotificationOptions): Promise<void>;
  askServer(method: "POST" | "PUT" | "DELETE", body: object): Promise<void>;
  tellServer(subscription: PushSubscriptionJSON, replaced?: PushSubscriptionJSON | null): Promise<void>;
  renewSubscription(registration: ServiceWorkerRegistration): Promise<PushSubscription>;
  showCountOnIcon(badge: string): Promise<void>;
  noteDownloadNews(news: any): void;
  resumeDownloads(): Promise<void>;
  downloads: PwagenDownloads;
  submitForm(form: HTMLFormElement, target: { url: string, method: string }, submitter: HTMLElement | null, fields: FormData): Promise<void>;
  readLaunch(opened: OpenedPage): Promise<boolean>;
  onLaunch(params: LaunchParams, opened: OpenedPage): Promise<void>;
}
