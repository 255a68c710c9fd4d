// Requests: the latest of the ledger, each with where its time went.

import { useEffect, useState } from "preact/hooks";
import type { Admin, Key, LedgerRequest, RequestPage, Status } from "../admin.ts";
import { type Currency, apiNames, count, milliseconds, moment, money, shortCount } from "../format.ts";
import { useLoaded } from "../loaded.ts";
import { CopyButton } from "../parts/copy.tsx";
import { SelectField } from "../parts/fields.tsx";
import { Badge } from "../parts/figures.tsx";
import { Icon } from "../parts/icon.tsx";
import { complain } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Show } from "../parts/states.tsx";
import { addressOf, rewrite } from "../router.ts";
import type { PageProps } from "../shell.tsx";
import { tokensPerSecond } from "../speed.ts";

const pageSize = 50;

export function RequestsPage({ admin, status, query }: PageProps) {
  const [key, setKey] = useState(query.get("key") ?? "");
  const [fetching, setFetching] = useState(false);
  const keys = useLoaded(admin.keys, []);
  const page = useLoaded(() => admin.requests({ key, limit: pageSize }), [key]);
  useEffect(() => rewrite("requests", { key }), [key]);
  const owners = new Map((keys.value ?? []).map((one) => [one.id, one]));

  const more = async () => {
    const before = page.value?.data.at(-1)?.number;
    if (before === undefined) return;
    setFetching(true);
    try {
      const older = await admin.requests({ key, limit: pageSize, before });
      page.put((now) => ({ data: [...now.data, ...older.data], has_more: older.has_more }));
    } catch (error) {
      complain(error);
    }
    setFetching(false);
  };

  return (
    <Page
      title="Requests"
      lead={`The latest of the ledger, as soon as they have ended. ${status?.prompts_kept ? "Prompts are kept." : "Prompts are not in it."}`}
      actions={
        <button class="button" disabled={page.loading} onClick={page.again}>
          <Icon name="refresh" />
          Refresh
        </button>
      }
    >
      <div class="toolbar">
        <SelectField label="Key" value={key} put={setKey} options={keyOptions(keys.value ?? [])} />
        <p class="legend" aria-hidden="true">
          <span>
            <i class="swatch queue" />
            Queue
          </span>
          <span>
            <i class="swatch prefill" />
            Prefill
          </span>
          <span>
            <i class="swatch decode" />
            Decode
          </span>
        </p>
      </div>
      <Show loaded={page} rows={8} label="Loading requests">
        {(shown) => (
          <>
            <List page={shown} owners={owners} status={status} admin={admin} />
            {shown.has_more && (
              <button class="button more" disabled={fetching} onClick={more}>
                {fetching ? "Loading…" : "Show older requests"}
              </button>
            )}
          </>
        )}
      </Show>
    </Page>
  );
}

const keyOptions = (keys: Key[]): [string, string][] => [
  ["", "All keys"],
  ...keys.map(({ id, name }): [string, string] => [id, name]),
];

interface ListProps {
  page: RequestPage;
  owners: Map<string, Key>; // by their ids
  status: Status | null;
  admin: Admin;
}

function List({ page: { data }, owners, status, admin }: ListProps) {
  if (data.length === 0) {
    return (
      <Empty icon="requests" title="No requests yet">
        <p>Each request is listed here once it has ended.</p>
        <a class="button" href={addressOf("playground")}>
          Open the playground
        </a>
      </Empty>
    );
  }
  const longest = Math.max(...data.map(({ total_ms }) => total_ms), 1);
  return (
    <ol class="card requests" aria-label="Requests, newest first">
      {data.map((request) => (
        <Row
          key={request.number}
          it={request}
          longest={longest}
          owner={owners.get(request.key)}
          status={status}
          admin={admin}
        />
      ))}
    </ol>
  );
}

interface RowProps {
  it: LedgerRequest;
  longest: number;
  owner: Key | undefined; // none for a request without a key
  status: Status | null;
  admin: Admin;
}

const speedOf = (it: LedgerRequest): number | null =>
  it.first_token_ms > 0 ? tokensPerSecond(it.completion_tokens, it.total_ms - it.first_token_ms) : null;

// A line that opens to the details; the browser's own <details>, so the keyboard works it.
function Row({ it, longest, owner, status, admin }: RowProps) {
  const [opened, setOpened] = useState(false);
  const { clock, day } = moment(it.arrived_at_ms, Date.now());
  const speed = speedOf(it);
  return (
    <li data-outcome={it.outcome}>
      <details onToggle={(event) => event.currentTarget.open && setOpened(true)}>
        <summary>
          <span class="when">
            {clock}
            {day && <small>{day}</small>}
          </span>
          <span class="what">
            <b>{it.model}</b>
            <small>
              {apiNames[it.api] ?? it.api} · {owner?.name ?? (it.key || "no key")}
            </small>
          </span>
          <Timeline it={it} longest={longest} />
          <span class="tokens">
            {shortCount(it.prompt_tokens)} → {shortCount(it.completion_tokens)}
            <small>{speed === null ? "tokens" : `${shortCount(speed)} tokens/s`}</small>
          </span>
          <span class="outcome">
            <Badge kind={it.outcome === "ok" ? "good" : "bad"}>{it.outcome.replaceAll("_", " ")}</Badge>
          </span>
          <Icon name="chevron" />
        </summary>
        <Details it={it} currency={status?.currency} />
        {opened && status?.prompts_kept && <Prompt number={it.number} admin={admin} />}
      </details>
    </li>
  );
}

// Where the time went, in milliseconds from arrival. What the engine did not tell is 0 long.
function partsOf({ queued_ms, first_token_ms, total_ms }: LedgerRequest) {
  const queue = Math.min(queued_ms ?? (first_token_ms > 0 ? 0 : total_ms), total_ms);
  const first = first_token_ms > 0 ? Math.max(first_token_ms, queue) : total_ms;
  return { queue, prefill: first - queue, decode: total_ms - first };
}

// All rows share one scale: the longest request fills the width.
function Timeline({ it, longest }: Pick<RowProps, "it" | "longest">) {
  const { queue, prefill, decode } = partsOf(it);
  const x = (ms: number) => (100 * ms) / longest;
  const said = `${milliseconds(queue)} in the queue, ${milliseconds(prefill)} of prefill, ${milliseconds(decode)} of decode`;
  const bar = (kind: string, from: number, length: number) =>
    length > 0 && <rect class={kind} x={x(from)} width={Math.max(0.6, x(length))} height="8" />;
  return (
    <span class="timeline">
      <svg
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${said}; ${milliseconds(it.total_ms)} in all`}
      >
        <rect class="ground" width="100" height="8" />
        {bar("queue", 0, queue)}
        {bar("prefill", queue, prefill)}
        {bar("decode", queue + prefill, decode)}
      </svg>
      <small aria-hidden="true">{milliseconds(it.total_ms)}</small>
    </span>
  );
}

// What was sent, where the operator wants it to be kept.
function Prompt({ number, admin }: { number: number; admin: Admin }) {
  const request = useLoaded(() => admin.request(number), [number]);
  const prompt = request.value?.prompt;
  return (
    <div class="prompt">
      {request.failure && <p class="fault">{request.failure}</p>}
      {request.value && !prompt && <p class="muted">What was sent is no longer kept.</p>}
      {prompt && (
        <>
          <p class="muted">What was sent{prompt.cut && ", its beginning"}</p>
          <pre tabIndex={0} aria-label="What was sent">
            {readable(prompt.text)}
          </pre>
        </>
      )}
    </div>
  );
}

// JSON in lines; what is cut stays as it is.
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Details({ it, currency }: { it: LedgerRequest; currency: Currency }) {
  const { prefill } = partsOf(it);
  const speed = speedOf(it);
  const facts: [string, string][] = [
    ["Queue", it.queued_ms === null ? "unknown" : milliseconds(it.queued_ms)],
    ["Prefill", it.first_token_ms > 0 ? milliseconds(prefill) : "none"],
    ["First token", it.first_token_ms > 0 ? milliseconds(it.first_token_ms) : "none"],
    ["Decode", it.first_token_ms > 0 ? milliseconds(it.total_ms - it.first_token_ms) : "none"],
    ["Speed", speed !== null ? `${shortCount(speed)} tokens/s` : "–"],
    ["Read", `${count(it.prompt_tokens)}, ${count(it.cached_tokens)} cached`],
    ["Written", `${count(it.completion_tokens)}, ${count(it.reasoning_tokens)} reasoning`],
    ["Cost", money(it.cost, currency)],
    ["Account", it.account || "–"],
    ["Arrived", new Date(it.arrived_at_ms).toISOString()],
  ];
  return (
    <div class="details">
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="trace">
        <span>
          Trace <code>{it.trace_id}</code>
        </span>
        <CopyButton text={it.trace_id} label="Copy" />
      </p>
    </div>
  );
}
