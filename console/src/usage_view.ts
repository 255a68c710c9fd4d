// What the usage page makes of a report: every day of the range (also those on which nothing happened), names for
// keys, the numbers to plot, and the CSV. Pure.

import type { Usage, UsageGroup, UsageReport, UsageRow } from "./admin.ts";
import { csv } from "./csv.ts";
import { daysBetween } from "./days.ts";
import { apiNames, dayName } from "./format.ts";
import type { Series } from "./plot.tsx";

export type Measure = "tokens" | "requests" | "cost";

export interface ViewRow extends Usage {
  id: string; // a day, a key's id, a model, an API
  name: string; // as a person reads it
}

const nothing: Usage = {
  requests: 0,
  prompt_tokens: 0,
  cached_tokens: 0,
  completion_tokens: 0,
  reasoning_tokens: 0,
  cost: 0,
};

export function viewRows(
  report: UsageReport,
  by: UsageGroup,
  range: { since: string; until: string },
  keyNames: Map<string, string>,
): ViewRow[] {
  const rows = report.rows ?? [];
  if (by === "day") {
    const known = new Map(rows.map((row) => [row.day, row]));
    return daysBetween(range.since, range.until).map((day) => ({
      ...nothing,
      ...known.get(day),
      id: day,
      name: dayName(day),
    }));
  }
  return rows.map((row) => ({ ...row, id: row[by] ?? "", name: nameOf(row, by, keyNames) }));
}

function nameOf(row: UsageRow, by: UsageGroup, keyNames: Map<string, string>): string {
  const id = row[by] ?? "";
  if (by === "key") return id === "" ? "Without a key" : (keyNames.get(id) ?? id);
  if (by === "api") return apiNames[id as keyof typeof apiNames] ?? id;
  return id;
}

export function seriesOf(rows: ViewRow[], measure: Measure): Series[] {
  switch (measure) {
    case "tokens":
      return [
        { name: "Read", values: rows.map((row) => row.prompt_tokens) },
        { name: "Written", values: rows.map((row) => row.completion_tokens) },
      ];
    case "requests":
      return [{ name: "Requests", values: rows.map((row) => row.requests) }];
    case "cost":
      return [{ name: "Cost", values: rows.map((row) => row.cost) }];
  }
}

export function usageCsv(rows: ViewRow[], by: UsageGroup): string {
  const header = [
    by,
    ...(by === "key" ? ["name"] : []),
    "requests",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "cost",
  ];
  return csv(
    header,
    rows.map((row) => [
      row.id,
      ...(by === "key" ? [row.name] : []),
      row.requests,
      row.prompt_tokens,
      row.cached_tokens,
      row.completion_tokens,
      row.reasoning_tokens,
      row.cost,
    ]),
  );
}
