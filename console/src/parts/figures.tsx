// Figures at a glance: a number under its name, and how full something is.

import type { ComponentChildren } from "preact";
import { percent } from "../format.ts";

export function Figure({ name, value, note }: { name: string; value: ComponentChildren; note?: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
      <dd class="note">{note ?? "\u00a0"}</dd>
    </div>
  );
}

export function Meter({ label, value, of }: { label: string; value: number; of: number }) {
  const share = of > 0 ? Math.min(1, value / of) : 0;
  const level = share >= 0.95 ? "full" : share >= 0.8 ? "high" : "";
  return (
    <svg
      class={`meter ${level}`}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={value}
      aria-valuetext={percent(value, of)}
    >
      <rect class="ground" width="100" height="6" />
      <rect class="level" width={100 * share} height="6" />
    </svg>
  );
}

export function Badge({ kind, children }: { kind: "good" | "plain" | "bad" | "warm"; children: ComponentChildren }) {
  return <span class={`badge ${kind}`}>{children}</span>;
}
