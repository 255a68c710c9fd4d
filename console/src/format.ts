// How numbers, money, times and names are written, everywhere the same. Pure; the language is English, days are UTC.

export type Currency = string | null | undefined; // as ISO 4217 has it; none where the operator set none

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const count = (value: number): string => whole.format(value);

// 950 → "950", 12,345 → "12.3k", 4,000,000 → "4M": three figures, where space is short.
export function shortCount(value: number): string {
  const units: [number, string][] = [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  for (const [size, unit] of units) {
    // 999,950 is "1M", not "1000k".
    if (Math.abs(value) >= size * 0.99995) return `${figures(value / size)}${unit}`;
  }
  return Number.isInteger(value) ? String(value) : figures(value);
}

function figures(value: number): string {
  const places = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(places)));
}

// Money in the operator's currency, or a bare number where none is known. Small sums keep two figures that say
// something: 0.0042, not 0.00. `places`: where sums stand below each other, as many for all (see placesOf).
export function money(value: number, currency?: Currency, places?: number): string {
  const digits = { minimumFractionDigits: places ?? 2, maximumFractionDigits: places ?? placesOf(value) };
  if (!currency) return new Intl.NumberFormat("en-US", digits).format(value);
  try {
    return new Intl.NumberFormat("en-US", {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...digits,
    }).format(value);
  } catch {
    return `${new Intl.NumberFormat("en-US", digits).format(value)} ${currency}`; // no code of ISO 4217
  }
}

// How many decimal places show two figures of a sum; two at least, six at most.
export function placesOf(sum: number): number {
  const size = Math.abs(sum);
  return size === 0 || size >= 0.995 ? 2 : Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(size))));
}

export function percent(part: number, of: number): string {
  if (of <= 0) return "0%";
  const share = (100 * part) / of;
  if (share > 0 && share < 1) return "<1%";
  if (share > 99 && share < 100) return ">99%";
  return `${Math.round(share)}%`;
}

// A span of time as one would say it: 8 ms, 1.24 s, 2 min 5 s.
export function milliseconds(value: number): string {
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 59_950) return `${(value / 1000).toFixed(value < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(value / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

// The two largest units of a long time: 3 d 4 h, 12 min 5 s.
export function uptime(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}

const dayStyle = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const shortDayStyle = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const clockStyle = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const localDayStyle = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

export const date = (seconds: number): string => dayStyle.format(seconds * 1000);
export const dayName = (day: string): string => dayStyle.format(Date.parse(day));
export const shortDayName = (day: string): string => shortDayStyle.format(Date.parse(day));

// When something was, in the reader's own time: the clock, and the day unless it is today.
export function moment(atMs: number, nowMs: number): { clock: string; day: string } {
  const day = localDayStyle.format(atMs);
  return { clock: clockStyle.format(atMs), day: day === localDayStyle.format(nowMs) ? "" : day };
}

export const apiNames = { chat: "Chat Completions", messages: "Messages", responses: "Responses" } as const;

export const plural = (value: number, word: string): string => `${count(value)} ${word}${value === 1 ? "" : "s"}`;
