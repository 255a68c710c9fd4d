// Days as the ledger has them: UTC, written 2026-11-21. Pure.

const dayMs = 86_400_000;

export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
export const plusDays = (day: string, days: number): string => dayOf(Date.parse(day) + days * dayMs);

// A date as a person may type it into a field.
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(Date.parse(text)) === text;

// Every day from `since` to `until`, both included; none when they are the wrong way round.
export function daysBetween(since: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(since); at <= Date.parse(until); at += dayMs) days.push(dayOf(at));
  return days;
}

// The last second of a day, as a key's expiry has it.
export const endOfDay = (day: string): number => Date.parse(day) / 1000 + 86_399;
