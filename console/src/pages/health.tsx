// Health: what runs now, and how full it is. Asked for every two seconds; the lines show the last two minutes.

import { useEffect, useState } from "preact/hooks";
import type { ModelStatus, Status } from "../admin.ts";
import { apiNames, count, percent, shortCount, uptime } from "../format.ts";
import { useEvery, useLoaded } from "../loaded.ts";
import { Badge, Figure, Meter } from "../parts/figures.tsx";
import { Page } from "../parts/page.tsx";
import { Show } from "../parts/states.tsx";
import { Spark } from "../plot.tsx";
import type { PageProps } from "../shell.tsx";

const refreshSeconds = 2;
const room = 60; // measurements that a line holds

interface Measurement {
  atMs: number;
  status: Status;
}

export function HealthPage({ admin }: PageProps) {
  const [history, setHistory] = useState<Measurement[]>([]);
  const live = useLoaded(admin.status, []);
  useEvery(refreshSeconds, live.again);
  useEffect(() => {
    const status = live.value;
    if (status) setHistory((before) => [...before, { atMs: performance.now(), status }].slice(-room - 1));
  }, [live.value]);

  return (
    <Page
      title="Health"
      lead="What runs now. Refreshed every two seconds."
      actions={
        live.value && <Badge kind={live.failure ? "bad" : "good"}>{live.failure ? "not reachable" : "live"}</Badge>
      }
    >
      <Show loaded={live} rows={4} label="Loading health">
        {(status) => (
          <>
            <Server status={status} history={history} />
            <h2 class="section">Models</h2>
            <ul class="cards models" aria-label="Models">
              {status.models.map((model) => (
                <ModelCard key={model.id} model={model} history={history} />
              ))}
            </ul>
          </>
        )}
      </Show>
    </Page>
  );
}

function Server({ status, history }: { status: Status; history: Measurement[] }) {
  const running = history.map((one) => one.status.running);
  const speeds = speedsOf(history);
  return (
    <dl class="figures live" aria-label="Server">
      <Figure
        name="Running requests"
        value={count(status.running)}
        note={
          <Spark label="Running requests in the last two minutes" values={running.slice(-room)} of={4} room={room} />
        }
      />
      {typeof status.output_tokens === "number" && (
        <Figure
          name="Tokens written / s"
          value={shortCount(speeds.at(-1) ?? 0)}
          note={<Spark label="Tokens written per second in the last two minutes" values={speeds} of={10} room={room} />}
        />
      )}
      <Figure name="Up for" value={uptime(status.uptime_s)} note={`version ${status.version}`} />
      <Figure
        name="Keys"
        value={status.keys_required ? "Required" : "Not required"}
        note={status.keys_required ? "every request needs one" : "until the first key is made"}
      />
    </dl>
  );
}

// Between one measurement and the next; a server that began anew counts from nothing.
function speedsOf(history: Measurement[]): number[] {
  return history.slice(1).map((now, at) => {
    const before = history[at] ?? now;
    const tokens = (now.status.output_tokens ?? 0) - (before.status.output_tokens ?? 0);
    return Math.max(0, tokens) / Math.max(0.001, (now.atMs - before.atMs) / 1000);
  });
}

function ModelCard({ model, history }: { model: ModelStatus; history: Measurement[] }) {
  const { id, apis, engine, context_window, slots, active, waiting } = model;
  return (
    <li class="card model">
      <div class="model-name">
        <h3>{id}</h3>
        <p class="muted">{apis.map((api) => apiNames[api] ?? api).join(" · ")}</p>
      </div>
      <dl class="facts">
        <div>
          <dt>Context</dt>
          <dd>{shortCount(context_window)} tokens</dd>
          <dd class="note">{engine === "llama" ? "in this process" : engine}</dd>
        </div>
        {typeof slots === "number" && (
          <div>
            <dt>Slots</dt>
            <dd>
              {active ?? 0} of {slots} busy{waiting ? `, ${waiting} waiting` : ""}
            </dd>
            <dd class="note">
              <Slots slots={slots} active={active ?? 0} />
            </dd>
          </div>
        )}
        {typeof model.kv_cells === "number" && <KvCache model={model} cells={model.kv_cells} history={history} />}
      </dl>
    </li>
  );
}

interface KvCacheProps {
  model: ModelStatus;
  cells: number;
  history: Measurement[];
}

function KvCache({ model: { id, kv_used, kv_cached }, cells, history }: KvCacheProps) {
  const past = history.slice(-room).map(({ status }) => status.models.find((model) => model.id === id)?.kv_used ?? 0);
  return (
    <>
      <div>
        <dt>KV cache</dt>
        <dd>
          {percent(kv_used ?? 0, cells)} of {shortCount(cells)}
          {kv_cached ? `, ${percent(kv_cached, cells)} cached` : " cells"}
        </dd>
        <dd class="note">
          <Meter label="KV cache in use" value={kv_used ?? 0} of={cells} />
        </dd>
      </div>
      <div>
        <dt>Last two minutes</dt>
        <dd>
          <Spark label={`KV cache of ${id} in the last two minutes`} values={past} of={cells} room={room} />
        </dd>
      </div>
    </>
  );
}

const mostDots = 32;

function Slots({ slots, active }: { slots: number; active: number }) {
  if (slots > mostDots) return <Meter label="Busy slots" value={active} of={slots} />;
  return (
    <span class="slots" role="img" aria-label={`${active} of ${slots} slots busy`}>
      {Array.from({ length: slots }, (_, slot) => (
        <i key={slot} class={slot < active ? "busy" : ""} />
      ))}
    </span>
  );
}
