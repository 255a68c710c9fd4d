// Beside the conversation: the events of the answer as they arrive, and the request as code.

import { useState } from "preact/hooks";
import type { Conversation } from "../conversation.ts";
import type { Timed } from "../dialogue.ts";
import { milliseconds, plural } from "../format.ts";
import { CopyButton } from "../parts/copy.tsx";
import { Choice } from "../parts/fields.tsx";
import { useFollowEnd } from "../parts/follow_end.ts";
import { type Language, languageNames, sample } from "../samples.ts";

type View = "events" | Language;

const views: [View, string][] = [["events", "Events"], ...(Object.entries(languageNames) as [Language, string][])];
const example = "Hello, who are you?";

export function Side({ conversation, events }: { conversation: Conversation; events: Timed[] }) {
  const [view, setView] = useState<View>("events");
  const code = view === "events" ? "" : sample(view, requestOf(conversation), location.origin);
  return (
    <section class="card side" aria-label="Behind the conversation">
      <div class="toolbar inside">
        <Choice label="View" value={view} put={setView} options={views} />
        {view !== "events" && <CopyButton text={code} label="Copy" />}
      </div>
      {view === "events" ? (
        <Events events={events} />
      ) : (
        <pre class="code" tabIndex={0} aria-label={`The request in ${languageNames[view]}`}>
          <code>{code}</code>
        </pre>
      )}
    </section>
  );
}

const shown = 300; // a page of thousands of rows would be slow for nobody's good

function Events({ events }: { events: Timed[] }) {
  const following = useFollowEnd();
  if (events.length === 0) {
    return (
      <p class="side-empty">
        Each event of the answer is a line here, with the time at which it came. It opens to its data.
      </p>
    );
  }
  const hidden = Math.max(0, events.length - shown);
  return (
    <div class="events" tabIndex={0} role="region" aria-label="Raw events" {...following}>
      {hidden > 0 && <p class="hint">{plural(hidden, "earlier event")} not shown</p>}
      <ol start={hidden + 1}>
        {events.slice(hidden).map((event, at) => (
          <Event key={hidden + at} it={event} />
        ))}
      </ol>
    </div>
  );
}

// One line: its name, what it adds to the answer, when it came. It opens to its data.
function Event({ it: { name, data, atMs, piece } }: { it: Timed }) {
  const said = piece?.text || piece?.reasoning;
  return (
    <li>
      <details>
        <summary>
          <b>{name === "message" ? "data" : name}</b>
          <span>{said ? `“${said}”` : (piece?.finish ?? piece?.failure ?? data)}</span>
          <time>+{milliseconds(atMs)}</time>
        </summary>
        <pre tabIndex={0}>{indented(data)}</pre>
      </details>
    </li>
  );
}

function indented(data: string): string {
  try {
    return JSON.stringify(JSON.parse(data), null, 2);
  } catch {
    return data; // [DONE]
  }
}

// The request that the conversation's last answer came from, or one to begin with.
function requestOf(conversation: Conversation): Conversation {
  const { turns } = conversation;
  const asked = turns.at(-1)?.role === "assistant" ? turns.slice(0, -1) : turns;
  return { ...conversation, turns: asked.length > 0 ? asked : [{ role: "user", text: example }] };
}
