// The published tiers and what they allow; the server has them built in.

import type { Limits, Tier } from "./admin.ts";

type Allowed = Required<{ [Name in keyof Limits]: number }>;

const limits = (concurrency: number, requests_per_minute: number, millionTokens: number): Allowed => ({
  concurrency,
  requests_per_minute,
  tokens_per_minute: millionTokens * 1_000_000,
});

// null: no limits of its own.
export const tiers: Record<Tier, Allowed | null> = {
  local: null,
  v0: limits(5, 10, 5),
  v1: limits(100, 1_000, 20),
  v2: limits(200, 5_000, 30),
  v3: limits(400, 10_000, 40),
  v4: limits(1_000, 20_000, 50),
  v5: limits(10_000, 200_000, 100),
};

export const tierNames = Object.keys(tiers) as Tier[];
export const tierName = (tier: Tier): string => (tier === "local" ? "Local" : tier.toUpperCase());
