/** What the dev server tells its console, as pwagen/serve/ writes it. Times are seconds since 1970. */

interface AppState {
  name: string;
  /** The site's URL, with a final slash. */
  site: string;
  others: string[];
  icon: string | null;
  /** Titles of the buttons that pwagen.yaml gives a message without any. */
  actions: string[];
  canSend: boolean;
  whyNot: string;
}

interface BuildState {
  at: number;
  problem: string;
  notes: string[];
}

interface SubscriptionState {
  id: number;
  service: string;
  userAgent: string;
  created: number;
  seen: number;
  failures: number;
  lastFailure: string;
}

interface ConsoleState {
  app: AppState;
  build: BuildState;
  subscriptions: SubscriptionState[];
}

interface Accepted {
  number: number;
  title: string;
  due: number;
  at: number;
}

interface Result {
  number: number;
  subscription: number;
  service: string;
  status: "delivered" | "gone" | "retry" | "key-rejected" | "too-large" | "misconfigured";
  httpStatus: number;
  cause: string;
  attempts: number;
  milliseconds: number;
  at: number;
}

interface WorkerNews {
  event: string;
  detail: unknown;
  userAgent: string;
  at: number;
}

interface Change {
  kind: "subscribed" | "changed" | "unsubscribed";
  service: string;
  userAgent: string;
  at: number;
}

interface Preview {
  problems: string[];
  warnings: string[];
  bytes: number | null;
  limit: number;
  payload: object | null;
}

/** What is used of JSON Schema. */
interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string;
  enum?: (string | number)[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

/** A part of the form; `value` is undefined where nothing is given. */
interface Field {
  element: HTMLElement;
  value(): unknown;
}

interface MessageRequest {
  message: Record<string, any>;
}
