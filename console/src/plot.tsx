// Plots, drawn as SVG by hand: columns over time, bars by name, and a line of the last minutes. They show numbers that
// a table beside them says too, so a screen reader gets one sentence and the table.

import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Series {
  name: string;
  values: number[];
}

interface ColumnsProps {
  label: string; // the one sentence
  names: string[]; // of the columns, as the reader sees them
  ticks: string[]; // the same, short, below the axis
  series: Series[]; // stacked, at most two
  counted: boolean; // whole numbers only
  write: (value: number) => string;
}

const height = 260;
const margin = { top: 12, right: 16, bottom: 28, left: 56 };

// Numbers for the axis: up to five steps of 1, 2, 2.5 or 5 times a power of ten. What is counted has no halves.
export function axisOf(highest: number, counted: boolean): number[] {
  if (highest <= 0) return [0, 1];
  const rough = counted ? Math.max(1, highest / 4) : highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough && !(counted && size % 1 > 0)) ??
    rough;
  const steps = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

export function Columns({ label, names, ticks, series, counted, write }: ColumnsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [at, setAt] = useState<number | null>(null);

  const sums = names.map((_, column) => series.reduce((sum, { values }) => sum + (values[column] ?? 0), 0));
  const axis = axisOf(Math.max(...sums, 0), counted);
  const top = axis.at(-1) ?? 1;
  const inner = { width: Math.max(0, width - margin.left - margin.right), height: height - margin.top - margin.bottom };
  const step = inner.width / Math.max(1, names.length);
  const bar = Math.max(1, Math.min(36, step * 0.68));
  const y = (value: number) => margin.top + inner.height * (1 - value / top);
  const center = (column: number) => margin.left + step * (column + 0.5);

  const move = (to: number) => setAt(Math.max(0, Math.min(names.length - 1, to)));
  const keyed = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: (at ?? names.length) - 1,
      ArrowRight: (at ?? -1) + 1,
      Home: 0,
      End: names.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  const pointed = (event: PointerEvent) => move(Math.floor((event.offsetX - margin.left) / step));

  return (
    <div class="plot" ref={frame}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`${label}. The table below has the numbers.`}
        tabindex={0}
        onKeyDown={keyed}
        onPointerMove={pointed}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
      >
        {axis.map((value) => (
          <g key={value}>
            <line
              class={value === 0 ? "base" : "rule"}
              x1={margin.left}
              x2={width - margin.right}
              y1={y(value)}
              y2={y(value)}
            />
            <text class="tick" x={margin.left - 10} y={y(value)} dy="0.32em" text-anchor="end">
              {write(value)}
            </text>
          </g>
        ))}
        {at !== null && (
          <rect class="pointed" x={center(at) - step / 2} y={margin.top} width={step} height={inner.height} />
        )}
        {names.map((name, column) => (
          <Stack
            key={name}
            x={center(column) - bar / 2}
            width={bar}
            y={y}
            values={series.map(({ values }) => values[column] ?? 0)}
          />
        ))}
        {ticks.map(
          (tick, column) =>
            isLabelled(column, ticks.length, inner.width) && (
              <text key={column} class="tick" x={center(column)} y={height - 8} text-anchor="middle">
                {tick}
              </text>
            ),
        )}
      </svg>
      {at !== null && (
        <Tip
          x={center(at)}
          width={width}
          title={names[at] ?? ""}
          lines={series.map(({ name, values }) => [name, write(values[at] ?? 0)])}
        />
      )}
    </div>
  );
}

// Labels need about 64 pixels each; the last one is always there, the others count back from it.
function isLabelled(column: number, columns: number, width: number): boolean {
  const every = Math.max(1, Math.ceil(columns / Math.max(1, Math.floor(width / 64))));
  return (columns - 1 - column) % every === 0;
}

interface StackProps {
  x: number;
  width: number;
  y: (value: number) => number;
  values: number[];
}

function Stack({ x, width, y, values }: StackProps) {
  let below = 0;
  return (
    <g>
      {values.map((value, order) => {
        const [from, to] = [y(below), y(below + value)];
        below += value;
        return (
          value > 0 && (
            <rect
              key={order}
              class={`series-${order}`}
              x={x}
              width={width}
              y={to}
              height={Math.max(1, from - to)}
              rx={Math.min(2, width / 4)}
            />
          )
        );
      })}
    </g>
  );
}

interface TipProps {
  x: number;
  width: number;
  title: string;
  lines: [string, string][];
}

function Tip({ x, width, title, lines }: TipProps) {
  return (
    <div class={x > width / 2 ? "tip left" : "tip"} style={{ insetInlineStart: `${x}px` }} aria-live="polite">
      <strong>{title}</strong>
      {lines.map(([name, value], order) => (
        <span key={name}>
          <i class={`swatch series-${order}`} />
          {name} <b>{value}</b>
        </span>
      ))}
    </div>
  );
}

interface BarsProps {
  label: string;
  rows: { name: string; values: number[]; text: string }[];
}

export function Bars({ label, rows }: BarsProps) {
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
  const top = Math.max(...rows.map(({ values }) => sum(values)), 1e-12);
  return (
    <div class="bars" role="img" aria-label={`${label}. The table below has the numbers.`}>
      {rows.map(({ name, values, text }) => (
        <div key={name} class="bar">
          <span class="bar-name">{name}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none">
            {values.map((value, order) => (
              <rect
                key={order}
                class={`series-${order}`}
                height="10"
                width={(100 * value) / top}
                x={(100 * sum(values.slice(0, order))) / top}
              />
            ))}
          </svg>
          <span class="bar-text">{text}</span>
        </div>
      ))}
    </div>
  );
}

export function Legend({ names }: { names: string[] }) {
  if (names.length < 2) return null;
  return (
    <p class="legend" aria-hidden="true">
      {names.map((name, order) => (
        <span key={name}>
          <i class={`swatch series-${order}`} />
          {name}
        </span>
      ))}
    </p>
  );
}

// The last values of something that is measured again and again, newest at the right. `of`: the height of full.
export function Spark({ label, values, of, room }: { label: string; values: number[]; of: number; room: number }) {
  const top = Math.max(of, ...values, 1e-12);
  const at = (value: number, order: number) =>
    `${100 * ((room - values.length + order) / (room - 1))},${30 - 28 * (value / top)}`;
  const line = values.map(at).join(" ");
  const start = 100 * ((room - values.length) / (room - 1));
  return (
    <svg class="spark" viewBox="0 0 100 31" preserveAspectRatio="none" role="img" aria-label={label}>
      <line class="base" x1="0" x2="100" y1="30" y2="30" />
      {values.length > 1 && <polygon points={`${start},30 ${line} 100,30`} />}
      {values.length > 1 && <polyline points={line} />}
    </svg>
  );
}

function useWidth(frame: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}
