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

// Where things stand, in pixels.
function layout(width: number, columns: number, top: number) {
  const inner = { width: Math.max(0, width - margin.left - margin.right), height: height - margin.top - margin.bottom };
  const step = inner.width / Math.max(1, columns);
  return {
    inner,
    step,
    bar: Math.max(1, Math.min(36, step * 0.68)),
    y: (value: number) => margin.top + inner.height * (1 - value / top),
    center: (column: number) => margin.left + step * (column + 0.5),
    columnAt: (x: number) => Math.floor((x - margin.left) / step),
  };
}

type Layout = ReturnType<typeof layout>;

export function Columns({ label, names, ticks, series, counted, write }: ColumnsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const sums = names.map((_, column) => series.reduce((sum, { values }) => sum + (values[column] ?? 0), 0));
  const axis = axisOf(Math.max(...sums, 0), counted);
  const at = layout(width, names.length, axis.at(-1) ?? 1);
  const { cursor, handlers } = useCursor(names.length, at.columnAt);
  const said = `${label}. The table below has the numbers.`;
  return (
    <div class="plot" ref={frame}>
      <svg width={width} height={height} role="img" aria-label={said} tabindex={0} {...handlers}>
        <Axis values={axis} width={width} at={at} write={write} />
        {cursor !== null && (
          <rect
            class="pointed"
            x={at.center(cursor) - at.step / 2}
            y={margin.top}
            width={at.step}
            height={at.inner.height}
          />
        )}
        {names.map((name, column) => (
          <Stack key={name} column={column} at={at} values={series.map(({ values }) => values[column] ?? 0)} />
        ))}
        <Ticks ticks={ticks} at={at} />
      </svg>
      {cursor !== null && (
        <Tip
          x={at.center(cursor)}
          width={width}
          title={names[cursor] ?? ""}
          lines={series.map(({ name, values }) => [name, write(values[cursor] ?? 0)])}
        />
      )}
    </div>
  );
}

// The column that is pointed at, or that the arrow keys have come to.
function useCursor(columns: number, columnAt: (x: number) => number) {
  const [cursor, setCursor] = useState<number | null>(null);
  const move = (to: number) => setCursor(Math.max(0, Math.min(columns - 1, to)));
  const leave = () => setCursor(null);
  const keyed = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: (cursor ?? columns) - 1,
      ArrowRight: (cursor ?? -1) + 1,
      Home: 0,
      End: columns - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  const pointed = (event: PointerEvent) => move(columnAt(event.offsetX));
  return { cursor, handlers: { onKeyDown: keyed, onPointerMove: pointed, onPointerLeave: leave, onBlur: leave } };
}

interface AxisProps {
  values: number[];
  width: number;
  at: Layout;
  write: (value: number) => string;
}

function Axis({ values, width, at, write }: AxisProps) {
  return (
    <>
      {values.map((value) => (
        <g key={value} transform={`translate(0 ${at.y(value)})`}>
          <line class={value === 0 ? "base" : "rule"} x1={margin.left} x2={width - margin.right} />
          <text class="tick" x={margin.left - 10} dy="0.32em" text-anchor="end">
            {write(value)}
          </text>
        </g>
      ))}
    </>
  );
}

// A label needs about 64 pixels; the last one is always there, the others count back from it.
function Ticks({ ticks, at }: { ticks: string[]; at: Layout }) {
  const every = Math.max(1, Math.ceil(ticks.length / Math.max(1, Math.floor(at.inner.width / 64))));
  return (
    <>
      {ticks.map(
        (tick, column) =>
          (ticks.length - 1 - column) % every === 0 && (
            <text key={column} class="tick" x={at.center(column)} y={height - 8} text-anchor="middle">
              {tick}
            </text>
          ),
      )}
    </>
  );
}

interface StackProps {
  column: number;
  at: Layout;
  values: number[];
}

function Stack({ column, at, values }: StackProps) {
  const x = at.center(column) - at.bar / 2;
  let below = 0;
  return (
    <g>
      {values.map((value, order) => {
        const [from, to] = [at.y(below), at.y(below + value)];
        below += value;
        if (value <= 0) return null;
        const size = { x, y: to, width: at.bar, height: Math.max(1, from - to), rx: Math.min(2, at.bar / 4) };
        return <rect key={order} class={`series-${order}`} {...size} />;
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
