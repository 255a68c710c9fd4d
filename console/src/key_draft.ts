// The form of a key as it is typed, and what it becomes: settings for the admin API, or what is wrong with which
// field. Pure.

import type { AccountSettings, Key, KeySettings, Tier } from "./admin.ts";
import { dayOf, endOfDay, isDay } from "./days.ts";

export interface Draft {
  name: string;
  account: string;
  tier: Tier;
  concurrency: string;
  requestsPerMinute: string;
  tokensPerMinute: string;
  tokenBudget: string;
  costBudget: string;
  models: string[];
  deadline: string; // "90s", "2m"; or "" for the server's
  expires: string; // a day, or "" for never
}

export type Faults = Partial<Record<keyof Draft, string>>;

export const emptyDraft: Draft = {
  name: "",
  account: "",
  tier: "local",
  concurrency: "",
  requestsPerMinute: "",
  tokensPerMinute: "",
  tokenBudget: "",
  costBudget: "",
  models: [],
  deadline: "",
  expires: "",
};

const typed = (value: number | null | undefined): string =>
  value === null || value === undefined ? "" : String(value);

export function draftOfAccount(account: Required<AccountSettings>): Draft {
  return {
    ...emptyDraft,
    name: account.name,
    tier: account.tier,
    concurrency: typed(account.limits.concurrency),
    requestsPerMinute: typed(account.limits.requests_per_minute),
    tokensPerMinute: typed(account.limits.tokens_per_minute),
    tokenBudget: typed(account.budget.tokens),
    costBudget: typed(account.budget.cost),
  };
}

export function draftOf(key: Key): Draft {
  return {
    ...draftOfAccount(key),
    account: key.account,
    models: key.models,
    deadline: typedTime(key.deadline_ms),
    expires: key.expires_at === null ? "" : dayOf(key.expires_at * 1000),
  };
}

const units: Record<string, number> = { "": 1, k: 1e3, m: 1e6, b: 1e9 };

// "20000", "20,000", "20k", "1.5M" → a number; "" → null, no limit; anything else → undefined.
export function amount(text: string): number | null | undefined {
  const plain = text.trim().replace(/[,_\s]/g, "");
  if (plain === "") return null;
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kmb]?)$/i.exec(plain) ?? [];
  if (digits === undefined) return undefined;
  return times(digits, units[(unit ?? "").toLowerCase()] ?? 1);
}

// As on paper: 16.1 thousand are 16100, not 16100.000000000002.
const times = (digits: string, unit: number): number => Number((Number(digits) * unit).toPrecision(15));

const spans: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const leastTime = 100;
const mostTime = 30 * 24 * spans.h!;

export const typedTime = (ms: number | null): string => {
  if (ms === null) return "";
  const unit = ["h", "m", "s"].find((one) => ms % spans[one]! === 0) ?? "ms";
  return `${ms / spans[unit]!}${unit}`;
};

// "90" and "90s", "2m", "500ms" → milliseconds; "" → null; anything else → undefined.
export function span(text: string): number | null | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === "") return null;
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|)$/.exec(plain) ?? [];
  if (digits === undefined) return undefined;
  const ms = times(digits, spans[unit || "s"]!);
  return Number.isInteger(ms) && ms >= leastTime && ms <= mostTime ? ms : undefined;
}

// Of a key's settings those that an account has too.
export const accountSettings = ({ name, tier, limits, budget }: KeySettings): AccountSettings => ({
  ...(name === undefined ? {} : { name }),
  ...(tier === undefined ? {} : { tier }),
  ...(limits === undefined ? {} : { limits }),
  ...(budget === undefined ? {} : { budget }),
});

// Settings, or what is wrong. An emptied field takes its limit away. Nothing is left out but the expiry where its day is
// the one that the form was `opened` with: the key may end at any second of it, or have ended.
export function settingsOf(draft: Draft, now: number, opened: Draft = emptyDraft): KeySettings | Faults {
  const faults: Faults = {};
  const wholeNumber = (field: keyof Draft & keyof NumberFields): number | null => {
    const value = amount(draft[field]);
    if (value === undefined || (value !== null && (value < 1 || !Number.isSafeInteger(value)))) {
      faults[field] = "A whole number of at least 1, such as 500 or 20k; empty for none";
    }
    return value ?? null;
  };
  const cost = amount(draft.costBudget);
  if (cost === undefined || cost === 0) faults.costBudget = "A sum over 0; empty for none";
  if (draft.name.trim() === "") faults.name = "A name, so that you recognise it";
  const deadline = span(draft.deadline);
  if (deadline === undefined) faults.deadline = "A time such as 30s or 2m; empty for the server’s";
  const newDay = draft.expires !== opened.expires;
  if (draft.expires && !isDay(draft.expires)) faults.expires = "A day";
  else if (newDay && draft.expires && endOfDay(draft.expires) <= now) faults.expires = "A day to come";

  const settings: KeySettings = {
    name: draft.name.trim(),
    tier: draft.tier,
    limits: {
      concurrency: wholeNumber("concurrency"),
      requests_per_minute: wholeNumber("requestsPerMinute"),
      tokens_per_minute: wholeNumber("tokensPerMinute"),
    },
    budget: { tokens: wholeNumber("tokenBudget"), cost: cost ?? null },
    models: draft.models,
    deadline_ms: deadline ?? null,
    ...(newDay ? { expires_at: draft.expires && isDay(draft.expires) ? endOfDay(draft.expires) : null } : {}),
    ...(draft.account.trim() ? { account: draft.account.trim() } : {}),
  };
  return Object.keys(faults).length > 0 ? faults : settings;
}

type NumberFields = Pick<Draft, "concurrency" | "requestsPerMinute" | "tokensPerMinute" | "tokenBudget">;

export const isFaults = (result: KeySettings | Faults): result is Faults => !("limits" in result);

const fieldsByPath: Record<string, keyof Draft> = {
  name: "name",
  account: "account",
  tier: "tier",
  "limits.concurrency": "concurrency",
  "limits.requests_per_minute": "requestsPerMinute",
  "limits.tokens_per_minute": "tokensPerMinute",
  "budget.tokens": "tokenBudget",
  "budget.cost": "costBudget",
  models: "models",
  deadline_ms: "deadline",
  expires_at: "expires",
};

// The field that the server's JSON path means; `models[2]` is one of models.
export const fieldOf = (path: string | null): keyof Draft | undefined =>
  fieldsByPath[path?.replace(/\[\d+\].*$/, "") ?? ""];
