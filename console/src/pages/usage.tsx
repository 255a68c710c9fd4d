// Usage: how many tokens, requests and how much money, by day, key, model or API, as a plot and as a table.

import { useEffect, useState } from "preact/hooks";
import type { Usage, UsageGroup } from "../admin.ts";
import { download } from "../csv.ts";
import { dayOf, isDay, plusDays } from "../days.ts";
import { type Currency, count, money, percent, placesOf, plural, shortCount, shortDayName } from "../format.ts";
import { useLoaded } from "../loaded.ts";
import { Choice, SelectField, TextField } from "../parts/fields.tsx";
import { Figure } from "../parts/figures.tsx";
import { Icon } from "../parts/icon.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Show } from "../parts/states.tsx";
import { Bars, Columns, Legend } from "../plot.tsx";
import { rewrite } from "../router.ts";
import type { PageProps } from "../shell.tsx";
import { type Measure, type ViewRow, seriesOf, usageCsv, viewRows } from "../usage_view.ts";

const spans = ["7", "30", "90"] as const;
type Span = (typeof spans)[number] | "own";
const spanNames: [Span, string][] = [
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
  ["own", "Dates"],
];
const groups: [UsageGroup, string][] = [
  ["day", "Day"],
  ["key", "Key"],
  ["model", "Model"],
  ["api", "API"],
];
const measures: [Measure, string][] = [
  ["tokens", "Tokens"],
  ["requests", "Requests"],
  ["cost", "Cost"],
];
const groupWords: Record<UsageGroup, string> = { day: "day", key: "key", model: "model", api: "API" };

interface Range {
  since: string;
  until: string;
}

export function UsagePage({ admin, status, query }: PageProps) {
  const today = dayOf(Date.now());
  const [span, setSpan] = useState<Span>(spans.find((days) => days === query.get("days")) ?? "30");
  const [own, setOwn] = useState<Range>({ since: plusDays(today, -29), until: today });
  const [key, setKey] = useState(query.get("key") ?? "");
  const [by, setBy] = useState<UsageGroup>("day");
  const range = span === "own" ? own : { since: plusDays(today, 1 - Number(span)), until: today };

  const keys = useLoaded(admin.keys, []);
  const report = useLoaded(
    async () => ({ by, range, usage: await admin.usage({ key, by, since: range.since, until: range.until }) }),
    [key, by, range.since, range.until],
  );
  useEffect(() => rewrite("usage", { key, days: span === "own" ? "" : span }), [key, span]);

  const names = new Map((keys.value ?? []).map((one) => [one.id, one.name]));
  const rows = report.value ? viewRows(report.value.usage, report.value.by, report.value.range, names) : [];
  const save = () =>
    download(`trilogue-usage-${range.since}-${range.until}-by-${by}.csv`, "text/csv", usageCsv(rows, by));

  const csv = (
    <button class="button" disabled={rows.length === 0} onClick={save}>
      <Icon name="download" />
      Download CSV
    </button>
  );
  return (
    <Page title="Usage" lead="What the ledger counted. Days are UTC." actions={csv}>
      <div class="toolbar">
        <Choice label="Range" value={span} put={setSpan} options={spanNames} />
        {span === "own" && <OwnRange range={own} put={setOwn} />}
        <SelectField label="Key" value={key} put={setKey} options={[["", "All keys"], ...[...names]]} />
      </div>
      <Show loaded={report} rows={6} label="Loading usage">
        {(shown) => <Report usage={shown.usage} rows={rows} by={shown.by} choose={setBy} currency={status?.currency} />}
      </Show>
    </Page>
  );
}

interface ReportProps extends ViewProps {
  usage: Usage;
  choose: (by: UsageGroup) => void;
}

function Report({ usage, rows, by, choose, currency }: ReportProps) {
  const [measure, setMeasure] = useState<Measure>("tokens");
  return (
    <>
      <Totals usage={usage} currency={currency} />
      <section class="card" aria-label="Plot">
        <div class="toolbar inside">
          <Choice label="Measure" value={measure} put={setMeasure} options={measures} />
          <Choice label="By" value={by} put={choose} options={groups} />
        </div>
        {usage.requests === 0 ? (
          <Empty icon="usage" title="Nothing in this range">
            <p>Requests appear here as soon as they end. The playground makes one.</p>
          </Empty>
        ) : (
          <Plot rows={rows} by={by} measure={measure} currency={currency} />
        )}
      </section>
      {usage.requests > 0 && <Table rows={rows} by={by} currency={currency} />}
    </>
  );
}

// Takes effect when both dates are whole and in order.
function OwnRange({ range, put }: { range: Range; put: (range: Range) => void }) {
  const [typed, setTyped] = useState(range);
  const faulty = !isDay(typed.since) || !isDay(typed.until) || typed.since > typed.until;
  const change = (part: Partial<Range>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    if (isDay(next.since) && isDay(next.until) && next.since <= next.until) put(next);
  };
  return (
    <>
      <TextField label="From" type="date" value={typed.since} put={(since) => change({ since })} />
      <TextField
        label="To"
        type="date"
        value={typed.until}
        put={(until) => change({ until })}
        fault={faulty ? "Not before the first day" : undefined}
      />
    </>
  );
}

function Totals({ usage, currency }: { usage: Usage; currency: Currency }) {
  const { requests, prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, cost } = usage;
  return (
    <dl class="figures" aria-label="Sums">
      <Figure name="Requests" value={count(requests)} />
      <Figure
        name="Tokens read"
        value={shortCount(prompt_tokens)}
        note={`${percent(cached_tokens, prompt_tokens)} from the cache`}
      />
      <Figure
        name="Tokens written"
        value={shortCount(completion_tokens)}
        note={`${percent(reasoning_tokens, completion_tokens)} reasoning`}
      />
      <Figure name="Cost" value={money(cost, currency)} />
    </dl>
  );
}

interface ViewProps {
  rows: ViewRow[];
  by: UsageGroup;
  currency: Currency;
}

function Plot({ rows, by, measure, currency }: ViewProps & { measure: Measure }) {
  const series = seriesOf(rows, measure);
  const places = placesOf(Math.max(...rows.map(({ cost }) => cost))) + 1;
  const write = (value: number) => (measure === "cost" ? money(value, currency, places) : shortCount(value));
  const label = `${measures.find(([name]) => name === measure)?.[1]} by ${groupWords[by]}`;
  const bars = rows.map((row, at) => {
    const values = series.map((one) => one.values[at] ?? 0);
    return { name: row.name, values, text: write(values.reduce((sum, value) => sum + value, 0)) };
  });
  return (
    <>
      {by === "day" ? (
        <Columns
          label={label}
          names={rows.map(({ name }) => name)}
          ticks={rows.map(({ id }) => shortDayName(id))}
          series={series}
          counted={measure !== "cost"}
          write={write}
        />
      ) : (
        <Bars label={label} rows={bars} />
      )}
      <Legend names={series.map(({ name }) => name)} />
    </>
  );
}

// On a phone there is no room for the year.
function Day({ day }: { day: string }) {
  return (
    <>
      {shortDayName(day)}
      <span class="wide-only"> {day.slice(0, 4)}</span>
    </>
  );
}

function Table({ rows, by, currency }: ViewProps) {
  const used = by === "day" ? rows.filter((row) => row.requests > 0).reverse() : rows;
  const places = placesOf(Math.max(...rows.map(({ cost }) => cost))) + 1;
  return (
    <section class="card table-card" aria-label="Table" tabIndex={0}>
      <table>
        <caption>{plural(used.length, groupWords[by])} with requests</caption>
        <thead>
          <tr>
            <th scope="col" class="name">
              {groups.find(([group]) => group === by)?.[1]}
            </th>
            <th scope="col">Requests</th>
            <th scope="col">Read</th>
            <th scope="col" class="wide-only">
              Cached
            </th>
            <th scope="col">Written</th>
            <th scope="col" class="wide-only">
              Reasoning
            </th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {used.map((row) => (
            <tr key={row.id}>
              <th scope="row" title={row.id}>
                {by === "day" ? <Day day={row.id} /> : row.name}
              </th>
              <td>{count(row.requests)}</td>
              <td title={count(row.prompt_tokens)}>{shortCount(row.prompt_tokens)}</td>
              <td class="wide-only">{shortCount(row.cached_tokens)}</td>
              <td title={count(row.completion_tokens)}>{shortCount(row.completion_tokens)}</td>
              <td class="wide-only">{shortCount(row.reasoning_tokens)}</td>
              <td>{money(row.cost, currency, places)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
