import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync, readdirSync } from "node:fs";
import { EventReader, eventsOf } from "./sse.ts";

const bytes = (text) => new TextEncoder().encode(text);
const whole = (text) => new EventReader().read(bytes(text));

// The same bytes in pieces of `size`.
function inPieces(data, size) {
  const reader = new EventReader();
  const events = [];
  for (let at = 0; at < data.length; at += size) events.push(...reader.read(data.slice(at, at + size)));
  return events;
}

test("an event has a name and data", () => {
  assert.deepEqual(whole("event: ping\ndata: {}\n\n"), [{ name: "ping", data: "{}" }]);
});

test("without a name it is a message", () => {
  assert.deepEqual(whole("data: [DONE]\n\n"), [{ name: "message", data: "[DONE]" }]);
});

test("a name holds for one event only", () => {
  assert.deepEqual(
    whole("event: a\ndata: 1\n\ndata: 2\n\n").map(({ name }) => name),
    ["a", "message"],
  );
});

test("several data lines are joined by a newline", () => {
  assert.deepEqual(whole("data: a\ndata:b\ndata\n\n"), [{ name: "message", data: "a\nb\n" }]);
});

test("one space after the colon belongs to the format, further ones do not", () => {
  assert.equal(whole("data:  x\n\n")[0].data, " x");
});

test("comments, unknown fields and events without data are passed over", () => {
  assert.deepEqual(whole(": ping\n\nid: 7\nretry: 10\n\nevent: empty\n\n"), []);
});

test("an event that was not ended is not given", () => {
  assert.deepEqual(whole("data: half"), []);
  assert.deepEqual(whole("data: half\n"), []);
});

for (const [name, text] of Object.entries({
  LF: "event: a\ndata: wörld 🌍\n\ndata: 2\n\n",
  CRLF: "event: a\r\ndata: wörld 🌍\r\n\r\ndata: 2\r\n\r\n",
  CR: "event: a\rdata: wörld 🌍\r\rdata: 2\r\rdata: 3",
})) {
  test(`pieces of any size give the same events (${name})`, () => {
    for (let size = 1; size < 12; size++) {
      assert.deepEqual(
        inPieces(bytes(text), size),
        [
          { name: "a", data: "wörld 🌍" },
          { name: "message", data: "2" },
        ],
        `size ${size}`,
      );
    }
  });
}

test("the golden streams of the server give the same events whole and in pieces", () => {
  const golden = new URL("../../tests/golden/", import.meta.url);
  const files = readdirSync(golden).filter((file) => file.endsWith(".sse"));
  assert.ok(files.length > 20);
  for (const file of files) {
    const data = readFileSync(new URL(file, golden));
    const events = inPieces(data, data.length);
    assert.ok(events.length > 1, file);
    assert.deepEqual(inPieces(data, 7), events, file);
    for (const event of events) if (event.data !== "[DONE]") JSON.parse(event.data);
  }
});

test("a body is read to its end, and let go when its reader leaves", async () => {
  let cancelled = false;
  const body = (last) =>
    new ReadableStream({
      pull: (to) => (last-- > 0 ? to.enqueue(bytes("data: x\n\n")) : to.close()),
      cancel: () => void (cancelled = true),
    });
  const seen = [];
  for await (const events of eventsOf(body(3))) seen.push(...events);
  assert.equal(seen.length, 3);

  for await (const events of eventsOf(body(1e9))) if (events.length > 0) break;
  assert.ok(cancelled);
});
