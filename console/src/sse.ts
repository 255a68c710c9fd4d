// Reads a stream of server-sent events, as the three APIs send it: lines of UTF-8, an event ends at an empty line.
// Pieces may end anywhere, also inside a character or between CR and LF.

export interface ServerEvent {
  name: string; // of `event:`, else "message"
  data: string; // the `data:` lines, joined by a newline
}

export class EventReader {
  private decoder = new TextDecoder();
  private rest = "";
  private name = "";
  private data: string[] = [];

  // The events that these bytes complete. Comments and fields that mean nothing here are passed over.
  read(bytes: Uint8Array): ServerEvent[] {
    this.rest += this.decoder.decode(bytes, { stream: true });
    const lines = this.rest.split(/\r\n|\n|\r(?=[^\n])/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.line(line) ?? []);
  }

  private line(line: string): ServerEvent | null {
    if (line === "") return this.end();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.name = value;
    if (field === "data") this.data.push(value);
    return null;
  }

  private end(): ServerEvent | null {
    const event = { name: this.name || "message", data: this.data.join("\n") };
    const complete = this.data.length > 0;
    this.name = "";
    this.data = [];
    return complete ? event : null;
  }
}

// The events of a reply's body until it ends, several at a time where they came together.
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent[]> {
  const reader = new EventReader();
  const source = body.getReader();
  try {
    for (;;) {
      const { done, value } = await source.read();
      if (done) return;
      const events = reader.read(value);
      if (events.length > 0) yield events;
    }
  } finally {
    source.cancel().catch(() => {});
  }
}
