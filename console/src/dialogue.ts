// Sends a conversation to one of the public APIs and reports what comes back, event by event. Nothing of the console's
// session goes along: the playground is a client like any other, with the key that was put in, or none.

import { refusalOf } from "./admin.ts";
import { type Conversation, type Piece, callOf, pieceOf } from "./conversation.ts";
import { type ServerEvent, eventsOf } from "./sse.ts";

export interface Timed extends ServerEvent {
  atMs: number; // since the request was sent
  piece: Piece | null; // what it adds to the answer
}

export interface Dialogue {
  traceId: string | null;
  arrivals: AsyncIterable<Timed[]>; // what came together comes together
}

function headersFor(key: string): Record<string, string> {
  return { "Content-Type": "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) };
}

// Throws a Refusal when the server says no before it streams, and an AbortError when `signal` says stop.
export async function converse(conversation: Conversation, key: string, signal: AbortSignal): Promise<Dialogue> {
  const { path, body } = callOf(conversation, true);
  const sentAt = performance.now();
  const reply = await fetch(path, {
    method: "POST",
    headers: headersFor(key),
    body: JSON.stringify(body),
    credentials: "omit",
    signal,
  });
  if (!reply.ok || !reply.body) throw await refusalOf(reply);
  return { traceId: reply.headers.get("X-Trace-Id"), arrivals: arrivals(conversation, reply.body, sentAt) };
}

async function* arrivals(
  { api }: Conversation,
  body: ReadableStream<Uint8Array>,
  sentAt: number,
): AsyncGenerator<Timed[]> {
  for await (const events of eventsOf(body)) {
    const atMs = performance.now() - sentAt;
    yield events.map((event) => ({ ...event, atMs, piece: pieceOf(api, event) }));
  }
}
