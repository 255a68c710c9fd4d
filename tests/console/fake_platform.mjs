// Keys, limits, sessions and the ledger of the fake server, in memory: what docs/admin.yaml promises, without HTTP.
import { createHash, randomBytes } from "node:crypto";
import { account as newAccount, history } from "./fake_history.mjs";

const tierRates = { local: null, v0: 10, v1: 1000, v2: 5000, v3: 10000, v4: 20000, v5: 200000 };
const models = ["step-3.7-flash", "step-3.5-flash", "step-3.5-flash-2603"];
export const nobody = { key: null };

export class Refused extends Error {
  constructor(status, type, message, param = null, headers = {}) {
    super(message);
    Object.assign(this, { status, type, param, headers });
  }
}
const wrong = (param, message) => new Refused(400, "request_params_invalid", message, param);
const digestOf = (secret) => createHash("sha256").update(secret).digest("hex");
const nowS = () => Math.floor(Date.now() / 1000);

export class Platform {
  constructor({ seeded }) {
    const { keys, accounts, ledger } = seeded ? history(nowS()) : { keys: [], accounts: [], ledger: [] };
    Object.assign(this, {
      keys,
      accounts,
      ledger,
      prompts: seeded, // whether they are kept
      sessions: new Map(),
      running: 0,
      output: 0,
      arrivals: [],
      startedAt: Date.now(),
    });
    this.adminToken = `adm-${randomBytes(24).toString("base64url")}`;
    this.linkToken = `link-${randomBytes(24).toString("base64url")}`;
  }

  // --- sessions ---
  signIn(token) {
    if (token !== this.adminToken && token !== this.linkToken)
      throw new Refused(401, "invalid_api_key", "That token is not valid");
    if (token === this.linkToken) this.linkToken = null;
    const id = randomBytes(24).toString("base64url");
    const session = { object: "session", csrf: randomBytes(24).toString("base64url"), expires_at: nowS() + 43_200 };
    this.sessions.set(id, session);
    return { id, session };
  }

  // --- keys ---
  shown(key) {
    const { digest, ...rest } = key;
    const rows = this.ledger.filter((row) => row.key === key.id);
    const recent = rows.filter((row) => row.arrived_at_ms > Date.now() - 60_000);
    const tokens = (list) => list.reduce((sum, row) => sum + row.prompt_tokens + row.completion_tokens, 0);
    const status = key.revoked_at ? "revoked" : key.expires_at && key.expires_at <= nowS() ? "expired" : "active";
    return {
      ...rest,
      status,
      used: {
        tokens: tokens(rows),
        cost: rows.reduce((sum, row) => sum + row.cost, 0),
        running: 0,
        requests_in_the_last_minute: recent.length,
        tokens_in_the_last_minute: tokens(recent),
      },
    };
  }

  find(id) {
    const key = this.keys.find((one) => one.id === id);
    if (!key) throw new Refused(404, "not_found", `There is no key ${id}`);
    return key;
  }

  create(settings) {
    if (typeof settings.name !== "string" || settings.name === "") throw wrong("name", "expected a name");
    const id = `key_${randomBytes(8).toString("hex")}`;
    const key = {
      object: "key",
      id,
      name: "",
      account: settings.account ?? id,
      account_id: this.accountNamed(settings.account ?? id).id,
      source: "store",
      tier: "local",
      limits: { concurrency: null, requests_per_minute: null, tokens_per_minute: null },
      budget: { tokens: null, cost: null },
      models: [],
      created_at: nowS(),
      deadline_ms: null,
      expires_at: null,
      revoked_at: null,
    };
    this.write(key, settings);
    const secret = this.newSecret(key);
    this.keys.unshift(key);
    return { ...this.shown(key), key: secret };
  }

  change(id, settings) {
    const key = this.find(id);
    if ("account" in settings && settings.account !== key.account)
      throw wrong("account", "the account of a key cannot be changed");
    this.write(key, settings);
    return this.shown(key);
  }

  write(key, settings) {
    const changed = structuredClone(key);
    if ("name" in settings) {
      if (typeof settings.name !== "string" || settings.name.length < 1 || settings.name.length > 100)
        throw wrong("name", "expected 1 to 100 characters");
      changed.name = settings.name;
    }
    if ("tier" in settings) {
      if (!(settings.tier in tierRates)) throw wrong("tier", `expected one of ${Object.keys(tierRates).join(", ")}`);
      changed.tier = settings.tier;
    }
    for (const group of ["limits", "budget"]) {
      for (const [name, value] of Object.entries(settings[group] ?? {})) {
        if (!(name in changed[group])) continue;
        const least = name === "cost" ? Number.MIN_VALUE : 1;
        if (value !== null && !(typeof value === "number" && value >= least))
          throw wrong(`${group}.${name}`, `expected a number of at least ${least}`);
        changed[group][name] = value;
      }
    }
    for (const [at, model] of (settings.models ?? []).entries()) {
      if (!models.includes(model)) throw wrong(`models[${at}]`, `there is no model ${model}`);
    }
    if ("models" in settings) changed.models = settings.models;
    if ("deadline_ms" in settings) changed.deadline_ms = settings.deadline_ms;
    if ("expires_at" in settings) changed.expires_at = settings.expires_at;
    Object.assign(key, changed);
  }

  // --- accounts ---
  accountNamed(name) {
    const known = this.accounts.find((one) => one.name === name);
    if (!known) this.accounts.unshift(newAccount(nowS(), name, 0));
    return known ?? this.accounts[0];
  }

  shownAccount(account) {
    const keys = this.keys.filter((key) => key.account === account.name).map((key) => this.shown(key));
    const used = {};
    for (const name of ["tokens", "cost", "running", "requests_in_the_last_minute", "tokens_in_the_last_minute"])
      used[name] = keys.reduce((sum, key) => sum + key.used[name], 0);
    return { ...account, keys: keys.filter((key) => !key.revoked_at).length, used };
  }

  createAccount(settings) {
    if (this.accounts.some((one) => one.name === settings.name)) throw wrong("name", "Another one has the same name");
    return this.changeAccount(this.accountNamed(settings.name).id, settings);
  }

  changeAccount(id, settings) {
    const account = this.accounts.find((one) => one.id === id);
    if (!account) throw new Refused(404, "not_found", `There is no account ${id}`);
    this.write(account, settings);
    return this.shownAccount(account);
  }

  newSecret(key) {
    const secret = `sk-tri-${randomBytes(32).toString("base64url")}`;
    Object.assign(key, { digest: digestOf(secret), hint: `${secret.slice(0, 11)}…` });
    return secret;
  }

  rotate(id) {
    const key = this.find(id);
    if (key.revoked_at) throw wrong(null, "a revoked key cannot be rotated");
    const secret = this.newSecret(key);
    return { ...this.shown(key), key: secret };
  }

  revoke(id) {
    const key = this.find(id);
    key.revoked_at ??= nowS();
    return this.shown(key);
  }

  // --- callers of the public APIs ---
  admit(secret, model) {
    const caller = this.identify(secret);
    if (!models.includes(model)) throw wrong("model", `there is no model '${model}'; there are ${models.join(", ")}`);
    if (!caller.key) return caller;
    const { tier, limits, budget, used, models: allowed } = this.shown(caller.key);
    if (allowed.length > 0 && !allowed.includes(model))
      throw new Refused(403, "permission_denied", `This key may not use ${model}`);
    if ((budget.tokens && used.tokens >= budget.tokens) || (budget.cost && used.cost >= budget.cost))
      throw new Refused(402, "quota_exceeded", "The budget of this key is spent");
    const rate = limits.requests_per_minute ?? tierRates[tier];
    const mine = this.arrivals.filter((one) => one.key === caller.key.id && one.at > Date.now() - 60_000);
    if (rate !== null && mine.length >= rate)
      throw new Refused(429, "rate_limit_exceeded", `Over ${rate} requests a minute`, null, { "Retry-After": "60" });
    this.arrivals.push({ key: caller.key.id, at: Date.now() });
    return caller;
  }

  identify(secret) {
    const open = this.keys.length === 0;
    const key = this.keys.find((one) => one.digest === digestOf(secret ?? ""));
    if (open) return nobody;
    if (!key || this.shown(key).status !== "active")
      throw new Refused(401, "invalid_api_key", "Incorrect API key provided");
    return { key };
  }

  settle({ key }, row) {
    const cost = row.prompt_tokens * 2e-7 + row.completion_tokens * 1.1e-6;
    this.ledger.push({
      object: "request",
      number: this.ledger.length + 1,
      key: key?.id ?? "",
      account: key?.account ?? "",
      account_id: key?.account_id ?? "",
      queued_ms: 0,
      requests: 1,
      cached_tokens: 0,
      cost,
      ...row,
    });
  }

  // --- reports ---
  usage(query) {
    const since = query.since ?? "0000-00-00";
    const until = query.until ?? "9999-99-99";
    const dayOf = (row) => new Date(row.arrived_at_ms).toISOString().slice(0, 10);
    const rows = this.ledger.filter(
      (row) => (!query.key || row.key === query.key) && dayOf(row) >= since && dayOf(row) <= until,
    );
    const sum = (list) =>
      Object.fromEntries(
        ["requests", "prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens", "cost"].map((name) => [
          name,
          list.reduce((all, row) => all + row[name], 0),
        ]),
      );
    const report = { object: "usage", ...sum(rows) };
    if (!query.by) return report;
    if (!["day", "key", "model", "api"].includes(query.by)) throw wrong("by", "expected day, key, model or api");
    const groups = grouped(rows, (row) => (query.by === "day" ? dayOf(row) : row[query.by]));
    report.rows = [...groups].map(([name, list]) => ({ [query.by]: name, ...sum(list) }));
    report.rows.sort((a, b) => (query.by === "day" ? a.day.localeCompare(b.day) : b.cost - a.cost));
    return report;
  }

  requests(query) {
    const limit = Number(query.limit ?? 50);
    if (!(limit >= 1 && limit <= 200)) throw wrong("limit", "expected 1 to 200");
    const rows = this.ledger
      .filter((row) => (!query.key || row.key === query.key) && row.number < Number(query.before ?? Infinity))
      .reverse();
    return { object: "list", data: rows.slice(0, limit), has_more: rows.length > limit };
  }

  request(number) {
    const row = this.ledger.find((one) => one.number === number);
    if (!row) throw new Refused(404, "not_found", `There is no request ${number}`);
    const messages = [{ role: "user", content: `What does request ${number} ask for?` }];
    const text = JSON.stringify({ model: row.model, messages, stream: true });
    return { ...row, prompt: this.prompts ? { text, cut: false } : null };
  }

  status() {
    const wave = 0.5 + 0.5 * Math.sin(Date.now() / 9000);
    const idle = this.ledger.length === 0;
    const engine = idle
      ? { active: this.running, waiting: 0, kv_used: 0 }
      : { active: Math.round(5 * wave) + this.running, waiting: 0, kv_used: Math.round(9000 + 14_000 * wave) };
    return {
      object: "status",
      version: "0.1.0",
      uptime_s: Math.floor((Date.now() - this.startedAt) / 1000) + (idle ? 0 : 273_460),
      running: engine.active,
      keys_required: this.keys.length > 0,
      prompts_kept: this.prompts,
      ledger: { waiting: 0, trouble: null },
      currency: "USD",
      output_tokens:
        this.output + (idle ? 0 : Math.round((Date.now() - this.startedAt) * 0.16 - 700 * Math.cos(Date.now() / 9000))),
      models: models.map((id, at) => ({
        id,
        engine: "llama",
        context_window: 32_768,
        apis: at === 0 ? ["chat", "messages", "responses"] : ["chat", "messages"],
        reasoning_efforts: at === 2 ? ["low", "high"] : ["low", "medium", "high"],
        slots: 8,
        kv_cells: 32_768,
        ...(at === 0 ? engine : { active: 0, waiting: 0, kv_used: at === 1 && !idle ? 5120 : 0 }),
      })),
    };
  }
}

function grouped(rows, of) {
  const groups = new Map();
  for (const row of rows) groups.set(of(row), [...(groups.get(of(row)) ?? []), row]);
  return groups;
}
