// The admin API (docs/admin.yaml), typed. Every call of it goes through here: this file knows the paths, the CSRF
// header, and what a refusal looks like.

export type Tier = "local" | "v0" | "v1" | "v2" | "v3" | "v4" | "v5";
export type Api = "chat" | "messages" | "responses";

export interface Session {
  csrf: string;
  expires_at: number;
}

export interface Limits {
  concurrency?: number | null;
  requests_per_minute?: number | null;
  tokens_per_minute?: number | null;
}

export interface Budget {
  tokens?: number | null;
  cost?: number | null;
}

export interface KeySettings {
  name?: string;
  account?: string;
  tier?: Tier;
  limits?: Limits;
  budget?: Budget;
  models?: string[];
  expires_at?: number | null;
  deadline_ms?: number | null;
}

export type Source = "store" | "configuration";

export interface Used {
  tokens: number;
  cost: number;
  running: number;
  requests_in_the_last_minute: number;
  tokens_in_the_last_minute: number;
}

export interface Key extends Required<KeySettings> {
  id: string;
  account_id: string;
  source: Source;
  hint: string;
  created_at: number;
  revoked_at: number | null;
  status: "active" | "expired" | "revoked";
  used: Used;
}

export type AccountSettings = Pick<KeySettings, "name" | "tier" | "limits" | "budget">;

export interface Account extends Required<AccountSettings> {
  id: string;
  source: Source;
  created_at: number;
  keys: number; // that are not revoked
  used: Used;
}

export interface NewKey extends Key {
  key: string;
}

export interface Usage {
  requests: number;
  prompt_tokens: number;
  cached_tokens: number;
  completion_tokens: number;
  reasoning_tokens: number;
  cost: number;
}

export type UsageGroup = "day" | "key" | "model" | "api";
export type UsageRow = Usage & Partial<Record<UsageGroup, string>>;

export interface UsageQuery {
  key?: string;
  since?: string;
  until?: string;
  by?: UsageGroup;
}

export type UsageReport = Usage & { rows?: UsageRow[] };

export interface RequestQuery {
  key?: string;
  limit?: number;
  before?: number;
}

export interface RequestPage {
  data: LedgerRequest[];
  has_more: boolean;
}

export interface LedgerRequest extends Usage {
  number: number;
  trace_id: string;
  key: string;
  account: string;
  model: string;
  api: Api;
  outcome: string;
  account_id: string;
  arrived_at_ms: number;
  queued_ms: number | null;
  first_token_ms: number;
  total_ms: number;
}

export interface RequestWithPrompt extends LedgerRequest {
  prompt: { text: string; cut: boolean } | null;
}

export interface ModelStatus {
  id: string;
  engine: "llama" | "scripted" | "remote";
  context_window: number;
  apis: Api[];
  reasoning_efforts?: string[];
  slots?: number | null;
  active?: number | null;
  waiting?: number | null;
  kv_cells?: number | null;
  kv_used?: number | null;
  kv_cached?: number | null; // held for prompts that begin alike
}

export interface Status {
  version: string;
  uptime_s: number;
  running: number;
  keys_required: boolean;
  prompts_kept: boolean;
  currency?: string | null;
  output_tokens?: number | null;
  models: ModelStatus[];
}

// Why the server would not: its status, its words, and the field at fault where it names one.
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

// What a reply says was wrong, in any of the server's error shapes; a proxy's page becomes its status.
export async function refusalOf(reply: Response): Promise<Refusal> {
  const body = await reply.json().catch(() => null);
  const error = body?.error;
  return new Refusal(reply.status, error?.message ?? `The server answered ${reply.status}`, error?.param ?? null);
}

function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search ? `${path}?${search}` : path;
}

export class Admin {
  private csrf = "";

  // Called when the session is found to be over.
  onSignedOut: () => void = () => {};

  async signIn(token: string): Promise<Session> {
    return this.keep(await this.call<Session>("POST", "/session", { token }));
  }

  async resume(): Promise<Session> {
    return this.keep(await this.call<Session>("GET", "/session"));
  }

  async signOut(): Promise<void> {
    await this.call("DELETE", "/session");
    this.csrf = "";
  }

  keys = async (): Promise<Key[]> => (await this.call<{ data: Key[] }>("GET", "/keys")).data;
  createKey = (settings: KeySettings) => this.call<NewKey>("POST", "/keys", settings);
  changeKey = (id: string, settings: KeySettings) =>
    this.call<Key>("POST", `/keys/${encodeURIComponent(id)}`, settings);
  revokeKey = (id: string) => this.call<Key>("POST", `/keys/${encodeURIComponent(id)}/revoke`);
  rotateKey = (id: string) => this.call<NewKey>("POST", `/keys/${encodeURIComponent(id)}/rotate`);

  accounts = async (): Promise<Account[]> => (await this.call<{ data: Account[] }>("GET", "/accounts")).data;
  createAccount = (settings: AccountSettings) => this.call<Account>("POST", "/accounts", settings);
  changeAccount = (id: string, settings: AccountSettings) =>
    this.call<Account>("POST", `/accounts/${encodeURIComponent(id)}`, settings);

  usage = (query: UsageQuery) => this.call<UsageReport>("GET", withQuery("/usage", { ...query }));
  requests = (query: RequestQuery) => this.call<RequestPage>("GET", withQuery("/requests", { ...query }));
  request = (number: number) => this.call<RequestWithPrompt>("GET", `/requests/${number}`);
  status = () => this.call<Status>("GET", "/status");

  private keep(session: Session): Session {
    this.csrf = session.csrf;
    return session;
  }

  private async call<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
    const headers: Record<string, string> = {};
    if (method !== "GET") headers["Content-Type"] = "application/json";
    if (method !== "GET" && this.csrf) headers["X-Trilogue-Csrf"] = this.csrf;
    const reply = await fetch(`/admin/v1${path}`, {
      method,
      headers,
      body: method === "GET" || method === "DELETE" ? null : JSON.stringify(body ?? {}),
      credentials: "same-origin",
    }).catch(() => {
      throw new Refusal(0, "The server cannot be reached");
    });
    if (reply.status === 204) return undefined as Reply;
    if (reply.ok) return reply.json();
    const refusal = await refusalOf(reply);
    if (reply.status === 401 && path !== "/session") this.onSignedOut();
    throw refusal;
  }
}
