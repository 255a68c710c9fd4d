// Three months of made-up use, always the same: keys, and a ledger to plot.
import { createHash } from "node:crypto";

// Numbers in [0, 1) that look random and never change.
function* chances(seed) {
  for (let state = seed; ;) {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

const hex = (text, length) => createHash("sha256").update(text).digest("hex").slice(0, length);

const day = 86_400;
const models = ["step-3.7-flash", "step-3.5-flash", "step-3.5-flash-2603"];
const apis = ["chat", "responses", "messages"];
const names = [
  ["Mobile app", "mobile", "v2", { tokens: 60_000_000 }],
  ["Support assistant", "support", "v1", { cost: 40 }],
  ["Nightly summaries", "support", "v0", {}],
  ["Claude Code, Ada", "research", "v1", {}],
  ["Evaluation runs", "research", "local", {}],
];

const key = (now, [name, account, tier, budget], at) => ({
  object: "key",
  id: `key_${hex(name, 16)}`,
  digest: hex(`secret of ${name}`, 64),
  hint: `sk-tri-${hex(name, 4)}…`,
  name,
  account,
  account_id: `acct_${hex(account, 16)}`,
  source: "store",
  tier,
  limits: { concurrency: null, requests_per_minute: at === 2 ? 6 : null, tokens_per_minute: null },
  budget: { tokens: null, cost: null, ...budget },
  models: at === 3 ? ["step-3.7-flash"] : [],
  created_at: now - (80 - at * 14) * day,
  deadline_ms: at === 2 ? 120_000 : null,
  expires_at: at === 3 ? now + 60 * day : null,
  revoked_at: null,
});

export const account = (now, name, at) => ({
  object: "account",
  id: `acct_${hex(name, 16)}`,
  name,
  source: "store",
  tier: at === 1 ? "v2" : "local",
  limits: { concurrency: null, requests_per_minute: null, tokens_per_minute: at === 1 ? 2_000_000 : null },
  budget: { tokens: null, cost: at === 2 ? 250 : null },
  created_at: now - 70 * day,
});

export function history(now) {
  const keys = names.map((settings, at) => key(now, settings, at));
  keys.push({
    ...key(now, ["Old laptop", "research", "local", {}], 0),
    created_at: now - 90 * day,
    revoked_at: now - 12 * day,
  });
  const chance = chances(7);
  const next = () => chance.next().value;
  const ledger = [];
  for (let back = 89; back >= 0; back--) {
    const date = now - back * day;
    const weekend = [0, 6].includes(new Date(date * 1000).getUTCDay());
    const requests = Math.round((weekend ? 4 : 14) * (0.7 + (89 - back) / 90) * (0.6 + 0.8 * next()));
    for (let at = 0; at < requests; at++)
      ledger.push(request(now, keys, date - Math.floor(next() * (back === 0 ? 3000 : 40_000)), next));
  }
  const accounts = [...new Set(keys.map((one) => one.account))].map((name, at) => account(now, name, at));
  ledger.sort((a, b) => a.arrived_at_ms - b.arrived_at_ms).forEach((row, at) => (row.number = at + 1));
  return { keys: keys.reverse(), accounts, ledger };
}

function request(now, keys, at, next) {
  const alive = keys.filter((one) => one.created_at < at && (one.revoked_at ?? now) > at);
  const owner = alive[Math.floor(next() ** 1.6 * alive.length)] ?? keys[0];
  const luck = next();
  const outcome = luck < 0.955 ? "ok" : luck < 0.98 ? "cancelled" : luck < 0.99 ? "deadline" : "unavailable";
  const prompt = Math.round(300 + 14_000 * next() ** 3);
  const completion = outcome === "unavailable" ? 0 : Math.round(40 + 1_900 * next() ** 2);
  const first = outcome === "unavailable" ? 0 : Math.round(60 + prompt / 22 + 240 * next());
  const cached = Math.round(prompt * next() * 0.8);
  return {
    object: "request",
    number: 0,
    trace_id: hex(`${at} ${luck}`, 32),
    key: owner.id,
    account: owner.account,
    account_id: owner.account_id,
    model: owner.models[0] ?? models[Math.floor(next() ** 2 * models.length)],
    api: apis[Math.floor(next() ** 1.5 * apis.length)],
    outcome,
    requests: 1,
    prompt_tokens: prompt,
    cached_tokens: cached,
    completion_tokens: completion,
    reasoning_tokens: Math.round(completion * next() * 0.6),
    cost: (prompt - 0.8 * cached) * 2e-7 + completion * 1.1e-6,
    arrived_at_ms: at * 1000,
    queued_ms: outcome === "unavailable" ? null : Math.round(first * (0.05 + 0.4 * (luck % 0.1) * 10)),
    first_token_ms: first,
    total_ms: first + Math.round(completion * (9 + 8 * next())) + (first === 0 ? 12 : 0),
  };
}
