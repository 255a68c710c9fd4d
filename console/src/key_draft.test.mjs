import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, draftOf, emptyDraft, fieldOf, isFaults, settingsOf, span } from "./key_draft.ts";

const now = Date.parse("2026-11-21T12:00:00Z") / 1000;
const draft = (part) => ({ ...emptyDraft, name: "App", ...part });

test("amounts as people type them", () => {
  for (const [text, value] of [
    ["", null],
    ["  ", null],
    ["500", 500],
    ["20,000", 20000],
    ["1 000", 1000],
    ["20k", 20000],
    ["1.5M", 1.5e6],
    ["2b", 2e9],
    ["16.1k", 16100],
    ["8.2m", 8.2e6],
    ["16.1b", 16.1e9],
    ["0.25", 0.25],
    ["0.000001", 0.000001],
  ]) {
    assert.equal(amount(text), value, text);
  }
  for (const text of ["-1", "x", "1e9", "0x10", "NaN", "1..2", "k", "５"]) assert.equal(amount(text), undefined, text);
});

test("times as people type them", () => {
  for (const [text, value] of [
    ["", null],
    ["90", 90_000],
    ["90s", 90_000],
    ["1.5m", 90_000],
    ["500 ms", 500],
    ["2h", 7_200_000],
    ["0.07m", 4200],
  ]) {
    assert.equal(span(text), value, text);
  }
  for (const text of ["-1", "x", "99ms", "1d", "0", "721h", "1.2345s"]) assert.equal(span(text), undefined, text);
});

test("a draft becomes settings, and emptied fields take limits away", () => {
  const typed = { name: " App ", requestsPerMinute: "20k", costBudget: "2.50", models: ["a"], deadline: "2m" };
  const settings = settingsOf(draft({ ...typed, expires: "2026-12-31" }), now);

  assert.deepEqual(settings, {
    name: "App",
    tier: "local",
    models: ["a"],
    deadline_ms: 120_000,
    expires_at: Date.parse("2026-12-31T23:59:59Z") / 1000,
    limits: { concurrency: null, requests_per_minute: 20000, tokens_per_minute: null },
    budget: { tokens: null, cost: 2.5 },
  });
});

test("faults stand at their fields", () => {
  const wrong = draft({
    name: " ",
    concurrency: "0",
    requestsPerMinute: "1.5",
    tokensPerMinute: "many",
    tokenBudget: "99999999b",
    costBudget: "0",
    expires: "2026-11-20",
  });
  const faults = settingsOf(wrong, now);

  assert.ok(isFaults(faults));
  assert.deepEqual(Object.keys(faults).sort(), [
    "concurrency",
    "costBudget",
    "expires",
    "name",
    "requestsPerMinute",
    "tokenBudget",
    "tokensPerMinute",
  ]);
});

test("a key may expire today", () => assert.ok(!isFaults(settingsOf(draft({ expires: "2026-11-21" }), now))));

test("a key goes through its form unchanged", () => {
  const key = {
    name: "App",
    account: "team",
    tier: "v1",
    models: ["a"],
    deadline_ms: 5_400_000,
    expires_at: Date.parse("2026-12-31T23:59:59Z") / 1000,
    limits: { concurrency: 2, requests_per_minute: null, tokens_per_minute: 5 },
    budget: { tokens: 1000000, cost: 0.25 },
  };
  const { expires_at, ...rest } = key;
  assert.deepEqual(settingsOf(draftOf(key), now), key);
  assert.deepEqual(settingsOf(draftOf(key), now, draftOf(key)), rest);
});

test("an expiry changes only with its day, and a key that has ended can be changed", () => {
  const opened = draft({ expires: "2026-11-20" });
  const renamed = settingsOf({ ...opened, name: "Other" }, now, opened);
  assert.ok(!isFaults(renamed) && !("expires_at" in renamed));
  assert.equal(settingsOf({ ...opened, expires: "" }, now, opened).expires_at, null);
  assert.ok(isFaults(settingsOf({ ...opened, expires: "2026-11-19" }, now, opened)));
});

test("the server's paths mean fields", () => {
  assert.equal(fieldOf("limits.concurrency"), "concurrency");
  assert.equal(fieldOf("models[2]"), "models");
  assert.equal(fieldOf("elsewhere"), undefined);
  assert.equal(fieldOf(null), undefined);
});
