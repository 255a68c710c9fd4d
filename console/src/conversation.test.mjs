// What the playground reads out of a stream is what the golden stories tell.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pieceOf } from "./conversation.ts";
import { EventReader } from "./sse.ts";

const apis = ["chat", "messages", "responses"];

function told(story, api) {
  const bytes = readFileSync(new URL(`../../tests/golden/${story}.${api}.sse`, import.meta.url));
  const sum = { text: "", reasoning: "", finish: null, outputTokens: null, failure: null };
  for (const event of new EventReader().read(bytes)) {
    const piece = pieceOf(api, event) ?? {};
    sum.text += piece.text ?? "";
    sum.reasoning += piece.reasoning ?? "";
    for (const name of ["finish", "outputTokens", "failure"]) sum[name] = piece[name] ?? sum[name];
  }
  return sum;
}

for (const api of apis) {
  test(`reasoning, text and counts of ${api}`, () => {
    const { text, reasoning, finish, outputTokens, failure } = told("reasoning", api);

    assert.equal(reasoning, "Two and two make four.");
    assert.equal(text, "4");
    assert.equal(outputTokens, 6);
    assert.equal(failure, null);
    assert.equal(finish, { chat: "stop", messages: "end_turn", responses: "completed" }[api]);
  });

  test(`a failure in mid-stream of ${api}`, () => {
    const { text, failure } = told("failure_mid_stream", api);

    assert.equal(text, "So far so");
    assert.equal(failure, "the engine failed");
  });

  test(`a cut answer of ${api} says so`, () => {
    assert.equal(
      told("truncated_in_text", api).finish,
      { chat: "length", messages: "max_tokens", responses: "max_output_tokens" }[api],
    );
  });

  test(`what is no JSON, or another shape, says nothing (${api})`, () => {
    for (const data of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      '{"choices":7}',
      '{"type":"message_delta"}',
      '{"type":"response.failed"}',
    ]) {
      const piece = pieceOf(api, { name: "message", data });
      assert.ok(piece === null || !piece.text, data);
    }
  });
}
