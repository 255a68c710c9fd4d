// What stands in a page's place while there is nothing to show: it is on its way, there is none, or it failed.

import type { ComponentChildren } from "preact";
import type { Loaded } from "../loaded.ts";
import { Icon, type IconName } from "./icon.tsx";

interface ShowProps<Value> {
  loaded: Loaded<Value>;
  label: string; // of what is on its way
  rows: number; // that it will roughly have
  children: (value: Value) => ComponentChildren;
}

// What was asked for, or what stands in its place.
export function Show<Value>({ loaded, label, rows, children }: ShowProps<Value>) {
  const { value, failure, again } = loaded;
  if (value === null)
    return failure ? <Failed message={failure} again={again} /> : <Loading rows={rows} label={label} />;
  return (
    <>
      <Stale message={failure} />
      {children(value)}
    </>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren; // a sentence, and what to do about it
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="state">
      <span class="state-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

function Failed({ message, again }: { message: string; again: () => void }) {
  return (
    <div class="state" role="alert">
      <span class="state-icon failed">
        <Icon name="warning" />
      </span>
      <h2>This could not be loaded</h2>
      <p>{message}.</p>
      <button class="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}

// As many grey rows as what comes will roughly have, so that nothing jumps.
function Loading({ rows, label }: { rows: number; label: string }) {
  return (
    <div class="loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} class="loading-row" />
      ))}
    </div>
  );
}

// What is shown is no longer fresh: the last refresh failed.
function Stale({ message }: { message: string | null }) {
  if (message === null) return null;
  return (
    <p class="stale" role="alert">
      <Icon name="warning" />
      <span>{message}. Trying again; what is shown here is the last that came.</span>
    </p>
  );
}
