// The Responses API with the official openai client: raw, streamed, with its helpers, stored and in the background.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { startStories } from "./server.mjs";
import * as stories from "./stories.mjs";

let server, client;
const text = "Hello, wörld 🌍!";
const thought = "A greeting; I greet back.";

// Long enough to be caught while it runs, short enough to wait for.
const slow = `
started prompt=5
open text
${'delta "tick "\nwait 15ms\n'.repeat(40)}close
finish end_of_turn
`;

before(async () => {
  const { greeting, plain, recipeStory: recipe, limited, broken, endless } = stories;
  const endlessly = { endless, endless_raw: endless, endless_helper: endless };
  const slowly = slow.replace("open text", "open reasoning");
  server = await startStories({ slowly, greeting, plain, recipe, limited, broken, slow, ...endlessly });
  client = new OpenAI({ apiKey: "unused", baseURL: server.base, maxRetries: 0 });
});
after(async () => assert.equal(await server.stop(), 0));

async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  events.forEach((event, index) => assert.equal(event.sequence_number, index));
  return events;
}

test("a reply has every documented property", async () => {
  const reply = await client.responses.create({ model: "greeting", input: "Hello!", metadata: { purpose: "test" } });

  assert.equal(reply.output_text, text);
  assert.match(reply.id, /^resp_[0-9a-f]{32}$/);
  assert.ok(Math.abs(reply.created_at - Date.now() / 1000) < 60);
  assert.ok(reply.completed_at >= reply.created_at);
  const [reasoning, message] = reply.output;
  assert.match(reasoning.id, /^rs_/);
  assert.match(message.id, /^msg_/);
  const { id, created_at, completed_at, output, output_text, _request_id, ...rest } = reply;
  assert.deepEqual(output, [
    { id: reasoning.id, type: "reasoning", summary: [], content: null, encrypted_content: null, status: null },
    {
      id: message.id,
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text, annotations: [] }],
    },
  ]);
  assert.deepEqual(rest, {
    object: "response",
    model: "greeting",
    status: "completed",
    error: null,
    incomplete_details: null,
    usage: {
      input_tokens: 12,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2, tool_output_tokens: 0 },
      total_tokens: 17,
    },
    instructions: null,
    max_output_tokens: null,
    reasoning: { effort: "medium", summary: null },
    temperature: 1,
    top_p: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    background: false,
    frequency_penalty: 0,
    max_tool_calls: null,
    metadata: { purpose: "test" },
    parallel_tool_calls: true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: null,
    safety_identifier: null,
    service_tier: "default",
    store: true,
    top_logprobs: 0,
    truncation: "disabled",
    user: null,
  });
});

test("a stream says in the documented events what the reply says", async () => {
  const stream = await client.responses.create({ model: "greeting", input: "Hello!", stream: true });
  const events = await collect(stream);

  assert.deepEqual(
    events.map(({ type }) => type.replace("response.", "")),
    [
      "created", "in_progress",
      "output_item.added", "reasoning_part.added", "reasoning_text.delta", "reasoning_text.delta",
      "reasoning_text.done", "reasoning_part.done", "output_item.done",
      "output_item.added", "content_part.added", "output_text.delta", "output_text.delta", "output_text.delta",
      "output_text.done", "content_part.done", "output_item.done",
      "completed",
    ],
  );
  const { response } = events.at(-1);
  const done = events.filter(({ type }) => type === "response.output_item.done");
  assert.deepEqual(response.output, done.map(({ item }) => item));
  assert.equal(response.output[0].status, "completed");
  assert.equal(response.usage.output_tokens_details.reasoning_tokens, 2);
});

describe("responses.stream()", () => {
  test("gathers text and reasoning into the final response", async () => {
    let heard = "";
    const stream = client.responses.stream({ model: "greeting", input: "Hello!" });
    stream.on("response.output_text.delta", ({ delta, snapshot }) => {
      heard += delta;
      assert.equal(snapshot, heard);
    });
    const reply = await stream.finalResponse();

    assert.equal(heard, text);
    assert.equal(reply.output_text, text);
    assert.deepEqual(reply.output[0].content, [{ type: "reasoning_text", text: thought }]);
    assert.equal(reply.status, "completed");
  });

  test("gathers a summary when one was asked for", async () => {
    const stream = client.responses.stream({ model: "greeting", input: "Hello!", reasoning: { summary: "auto" } });
    let heard = "";
    stream.on("response.reasoning_summary_text.delta", ({ delta }) => (heard += delta));
    const reply = await stream.finalResponse();

    assert.equal(heard, thought);
    assert.deepEqual(reply.output[0].summary, [{ type: "summary_text", text: thought }]);
  });

  test("parses what the schema constrained", async () => {
    const Recipe = z.object({ name: z.string(), minutes: z.number(), steps: z.array(z.string()) });
    const request = { model: "recipe", input: "A recipe", text: { format: zodTextFormat(Recipe, "recipe") } };

    assert.deepEqual((await client.responses.parse(request)).output_parsed, stories.recipe);
    assert.deepEqual((await client.responses.stream(request).finalResponse()).output_parsed, stories.recipe);
  });

  test("goes on over signs of life", async () => {
    const halting = slow.replaceAll("15ms", "110ms").replace(/(delta.*\nwait.*\n){36}/, "");
    const thinking = halting.replace("open text", "open reasoning");
    const impatient = await startStories({ halting, thinking }, { TRILOGUE_SERVER_HEARTBEAT: "100ms" });
    const own = new OpenAI({ apiKey: "unused", baseURL: impatient.base, maxRetries: 0 });
    for (const model of ["halting", "thinking"]) {
      let signs = 0;
      const stream = own.responses.stream({ model, input: "Tick" });
      stream.on("response.in_progress", () => ++signs);
      const reply = await stream.finalResponse();

      const said = model === "halting" ? reply.output_text : reply.output[0].content[0].text;
      assert.equal(said, "tick ".repeat(4));
      assert.ok(signs > 3, `${signs} signs of life`);
    }
    assert.equal(await impatient.stop(), 0);
  });

  test("ends the generation when it is aborted", async () => {
    const stream = client.responses.stream({ model: "endless_helper", input: "Tick", store: false });
    stream.on("response.output_text.delta", () => stream.abort());
    await assert.rejects(stream.finalResponse(), OpenAI.APIUserAbortError);
    assert.match(await server.logged(/model=endless_helper/), /outcome=client_gone/);
  });
});

test("a raw stream that is left ends the generation", async () => {
  const stream = await client.responses.create({ model: "endless_raw", input: "Tick", stream: true, store: false });
  for await (const event of stream) if (event.type === "response.output_text.delta") break;
  assert.match(await server.logged(/model=endless_raw/), /outcome=client_gone/);
});

for (const stream of [false, true]) {
  test(`what was cut short is incomplete, stream ${stream}`, async () => {
    const request = { model: "limited", input: "Write", max_output_tokens: 2 };
    const reply = stream ? await client.responses.stream(request).finalResponse() : await client.responses.create(request);

    assert.equal(reply.status, "incomplete");
    assert.deepEqual(reply.incomplete_details, { reason: "max_output_tokens" });
    assert.equal(reply.output[0].status, "incomplete");
    assert.equal(reply.completed_at, null);
  });
}

test("a failure in mid-stream is one response.failed", async () => {
  const events = await collect(await client.responses.create({ model: "broken", input: "x", stream: true }));

  const last = events.at(-1);
  assert.equal(last.type, "response.failed");
  assert.deepEqual(last.response.error, { code: "server_error", message: "The engine lost its way" });
  assert.equal(last.response.output[0].content[0].text, "half an");
  await assert.rejects(client.responses.create({ model: "broken", input: "x" }), OpenAI.InternalServerError);
});

test("a wrong request is refused at its place, streamed or not", async () => {
  const output = { type: "function_call_output", call_id: "call_nobody", output: "21" };
  for (const stream of [false, true]) {
    await assert.rejects(
      client.responses.create({ model: "plain", input: [{ role: "user", content: "x" }, output], stream }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "input[1].call_id",
    );
  }
});

test("tokens of the input are counted", async () => {
  const counted = await client.responses.inputTokens.count({ model: "plain", input: "Hello!" });

  assert.equal(counted.object, "response.input_tokens");
  assert.equal(counted.input_tokens, 9);
});

describe("stored", () => {
  test("a response is found again, listed, and gone when deleted", async () => {
    const input = [{ role: "user", content: "Hello!" }];
    const reply = await client.responses.create({ model: "greeting", input, instructions: "Be kind." });
    const again = await client.responses.retrieve(reply.id);
    assert.deepEqual(again.output, reply.output);
    assert.equal(again.instructions, "Be kind.");

    const items = [];
    for await (const item of client.responses.inputItems.list(reply.id)) items.push(item);
    assert.equal(items.length, 1);
    assert.deepEqual(items[0].content, [{ type: "input_text", text: "Hello!" }]);
    assert.match(items[0].id, /^msg_/);

    await client.responses.delete(reply.id);
    await assert.rejects(client.responses.retrieve(reply.id), OpenAI.NotFoundError);
  });

  test("its reasoning can be asked for afterwards, as it would have come at once", async () => {
    const include = ["reasoning.encrypted_content"];
    const [plain, carrying] = await Promise.all(
      [{}, { include }].map((more) => client.responses.create({ model: "greeting", input: "Hello!", ...more })),
    );
    assert.equal(plain.output[0].encrypted_content, null);
    const again = await client.responses.retrieve(plain.id, { include });

    assert.equal(again.output[0].encrypted_content, carrying.output[0].encrypted_content);
    assert.deepEqual(again.output[1], plain.output[1]);
  });

  test("a response with store false leaves nothing behind", async () => {
    const reply = await client.responses.create({ model: "plain", input: "Hello!", store: false });

    assert.equal(reply.store, false);
    await assert.rejects(client.responses.retrieve(reply.id), OpenAI.NotFoundError);
    await assert.rejects(
      client.responses.create({ model: "plain", input: "And?", previous_response_id: reply.id }),
      (error) => error instanceof OpenAI.NotFoundError && error.param === "previous_response_id",
    );
  });

  test("a stream is shown again, from any event on", async () => {
    const first = await collect(await client.responses.create({ model: "greeting", input: "Hi", stream: true }));
    const { id } = first[0].response;
    assert.deepEqual(await collect(await client.responses.retrieve(id, { stream: true })), first);
    for (const starting_after of [0, 5, first.length - 2]) {
      const rest = [];
      for await (const event of await client.responses.retrieve(id, { stream: true, starting_after })) rest.push(event);
      assert.deepEqual(rest, first.slice(starting_after + 1));
    }
  });

  for (const stream of [false, true]) {
    test(`the stream helper reads one by its id that was made without it, stream ${stream}`, async () => {
      const made = await client.responses.create({ model: "greeting", input: "Hi", stream });
      const { id } = stream ? (await collect(made))[0].response : made;
      const again = client.responses.stream({ response_id: id });
      const numbers = [];
      again.on("event", ({ sequence_number }) => numbers.push(sequence_number));
      const reply = await again.finalResponse();

      assert.equal(reply.output_text, text);
      assert.deepEqual(reply.output[0].content, [{ type: "reasoning_text", text: thought }]);
      assert.ok(numbers.length > 5);
      numbers.forEach((number, index) => assert.equal(number, index));
    });
  }
});

describe("in the background", () => {
  async function finished(id) {
    for (;;) {
      const reply = await client.responses.retrieve(id);
      if (reply.status !== "queued" && reply.status !== "in_progress") return reply;
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  test("a response is asked for, polled and there", async () => {
    const queued = await client.responses.create({ model: "slow", input: "Tick", background: true });
    assert.equal(queued.status, "queued");
    const reply = await finished(queued.id);

    assert.equal(reply.status, "completed");
    assert.equal(reply.output_text ?? reply.output[0].content[0].text, "tick ".repeat(40));
  });

  test("a reader comes later and follows it to the end", async () => {
    const { id } = await client.responses.create({ model: "slow", input: "Tick", background: true });
    const events = await collect(await client.responses.retrieve(id, { stream: true }));
    assert.deepEqual(events.slice(0, 3).map(({ type }) => type), [
      "response.created", "response.queued", "response.in_progress",
    ]);
    assert.equal(events.at(-1).response.output[0].content[0].text, "tick ".repeat(40));
  });

  test("a reader that left takes up where it was", async () => {
    const request = { model: "slow", input: "Tick", background: true, stream: true };
    const seen = [];
    for await (const event of await client.responses.create(request)) {
      seen.push(event);
      if (seen.length === 12) break;
    }
    const { id } = seen[0].response;
    const { sequence_number: starting_after } = seen.at(-1);
    for await (const event of await client.responses.retrieve(id, { stream: true, starting_after })) seen.push(event);

    seen.forEach((event, index) => assert.equal(event.sequence_number, index));
    assert.equal(seen.at(-1).type, "response.completed");
    assert.deepEqual(await collect(await client.responses.retrieve(id, { stream: true })), seen);
  });

  test("the stream helper reads a running one by its id", async () => {
    const { id } = await client.responses.create({ model: "slow", input: "Tick", background: true });
    const reply = await client.responses.stream({ response_id: id }).finalResponse();

    assert.equal(reply.output_text, "tick ".repeat(40));
  });

  test("the stream helper reads one that thinks while it runs", async () => {
    const { id } = await client.responses.create({ model: "slowly", input: "Tick", background: true });
    const reply = await client.responses.stream({ response_id: id }).finalResponse();

    assert.equal(reply.output[0].content[0].text, "tick ".repeat(40));
  });

  test("a cancelled one says so, to every reader", async () => {
    const { id } = await client.responses.create({ model: "endless", input: "Tick", background: true });
    const reader = client.responses.retrieve(id, { stream: true }).then(collect);
    const cancelled = await client.responses.cancel(id);
    assert.equal(cancelled.status, "cancelled");
    assert.equal((await reader).at(-1).response.status, "cancelled");
    assert.equal((await client.responses.retrieve(id)).status, "cancelled");
    assert.equal((await client.responses.cancel(id)).status, "cancelled");
  });

  test("it cannot be had without the store", async () => {
    await assert.rejects(
      client.responses.create({ model: "plain", input: "x", background: true, store: false }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "background",
    );
  });
});
