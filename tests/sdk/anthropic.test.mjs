// The official Anthropic client: raw, streamed, with its helpers, its errors and its counting.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { jsonSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/json-schema";
import { startStories } from "./server.mjs";
import * as stories from "./stories.mjs";

const stopped = 'started prompt=5\nopen text\ndelta "one two "\nclose\nfinish stop_string "three"\n';
const silent = "started prompt=5\nfinish end_of_turn output=1\n";
const cut = `
started prompt=80
open text
delta "Writing."
close
open call name=write_file id=call_HHHHHHHHHHHHHHHHHHHHHH
delta "{\\"path\\":\\"a.t"
close cut
finish token_limit
`;

let server, client;
const hello = { max_tokens: 400, messages: [{ role: "user", content: "Hello!" }] };
const thinking = { type: "enabled", budget_tokens: 200 };
const greetingContent = [
  { type: "thinking", thinking: "A greeting; I greet back.", signature: "dHJpbG9ndWU=" },
  { type: "text", text: "Hello, wörld 🌍!", citations: [] },
];

before(async () => {
  const { greeting, slow, recipeStory: recipe, limited, broken, endless } = stories;
  const told = { greeting, slow, recipe, limited, broken, endless, stopped, silent, cut };
  server = await startStories(told, { TRILOGUE_SERVER_HEARTBEAT: "100ms" });
  client = new Anthropic({ apiKey: "unused", baseURL: server.url, maxRetries: 0 });
});
after(async () => assert.equal(await server.stop(), 0));

const usage = (input, cached, output, thought) => ({
  input_tokens: input,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: cached,
  output_tokens: output,
  output_tokens_details: { thinking_tokens: thought },
  server_tool_use: null,
  cache_creation: null,
  inference_geo: null,
  service_tier: null,
  speed: null,
});

test("a reply has the official shape and nothing else", async () => {
  const { id, _request_id, ...rest } = await client.messages.create({ model: "greeting", ...hello });

  assert.match(id, /^msg_[A-Za-z0-9]{24}$/);
  assert.match(_request_id, /^[0-9a-f]{32}$/);
  assert.deepEqual(rest, {
    type: "message",
    role: "assistant",
    model: "greeting",
    content: greetingContent.slice(1),
    stop_reason: "end_turn",
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: usage(8, 4, 5, 2),
  });
});

for (const kind of [thinking, { type: "adaptive" }]) {
  test(`thinking ${kind.type} shows the reasoning before the text`, async () => {
    const reply = await client.messages.create({ model: "greeting", ...hello, thinking: kind });

    assert.deepEqual(reply.content, greetingContent);
  });
}

test("a raw stream names each event, one block at a time", async () => {
  const stream = await client.messages.create({ model: "greeting", ...hello, thinking, stream: true });
  const events = [];
  for await (const event of stream) events.push(event);

  assert.deepEqual(
    events.map(({ type, index }) => (index === undefined ? type : `${type} ${index}`)),
    [
      "message_start",
      "content_block_start 0",
      "content_block_delta 0",
      "content_block_delta 0",
      "content_block_delta 0",
      "content_block_stop 0",
      "content_block_start 1",
      "content_block_delta 1",
      "content_block_delta 1",
      "content_block_delta 1",
      "content_block_stop 1",
      "message_delta",
      "message_stop",
    ],
  );
  assert.equal(events.at(-2).stop_reason, "end_turn"); // where the documents put it
  assert.equal(events[4].delta.type, "signature_delta");
});

test("messages.stream(): its message is the reply, and its events tell of each piece", async () => {
  const reply = await client.messages.create({ model: "greeting", ...hello, thinking });
  const stream = client.messages.stream({ model: "greeting", ...hello, thinking });
  const seen = { text: "", thinking: "", signature: "", blocks: [] };
  stream.on("text", (piece) => (seen.text += piece));
  stream.on("thinking", (piece) => (seen.thinking += piece));
  stream.on("signature", (signature) => (seen.signature += signature));
  stream.on("contentBlock", (block) => seen.blocks.push(block));
  const streamed = await stream.finalMessage();

  assert.deepEqual({ ...streamed, id: "", parsed_output: undefined }, { ...reply, id: "", parsed_output: undefined });
  assert.deepEqual(seen, {
    text: "Hello, wörld 🌍!",
    thinking: "A greeting; I greet back.",
    signature: greetingContent[0].signature,
    blocks: greetingContent,
  });
  assert.equal(await client.messages.stream({ model: "greeting", ...hello }).finalText(), "Hello, wörld 🌍!");
});

test("a stop string is named, and is no part of the text", async () => {
  const request = { model: "stopped", ...hello, stop_sequences: ["three"] };
  for (const reply of [await client.messages.create(request), await client.messages.stream(request).finalMessage()]) {
    assert.deepEqual(reply.content, [{ type: "text", text: "one two ", citations: [] }]);
    assert.deepEqual([reply.stop_reason, reply.stop_sequence], ["end_turn", "three"]);
  }
});

test("max_tokens is said; an empty answer is an empty text", async () => {
  assert.equal((await client.messages.create({ model: "limited", ...hello })).stop_reason, "max_tokens");
  for (const reply of [
    await client.messages.create({ model: "silent", ...hello }),
    await client.messages.stream({ model: "silent", ...hello }).finalMessage(),
  ]) {
    assert.deepEqual(reply.content, [{ type: "text", text: "", citations: [] }]);
  }
});

test("a call that was cut off is streamed, and left out of the reply", async () => {
  const reply = await client.messages.create({ model: "cut", ...hello });
  const streamed = await client.messages.stream({ model: "cut", ...hello }).finalMessage();

  assert.deepEqual(reply.content, [{ type: "text", text: "Writing.", citations: [] }]);
  assert.equal(streamed.content[1].name, "write_file");
  assert.deepEqual([reply.stop_reason, streamed.stop_reason], ["max_tokens", "max_tokens"]);
});

test("messages.parse() reads what the schema constrained", async () => {
  const schema = {
    type: "object",
    properties: { name: { type: "string" }, minutes: { type: "number" }, steps: { type: "array", items: { type: "string" } } },
    required: ["name", "minutes", "steps"],
    additionalProperties: false,
  };
  const request = { model: "recipe", ...hello, output_config: { format: jsonSchemaOutputFormat(schema) } };

  assert.deepEqual((await client.messages.parse(request)).parsed_output, stories.recipe);
});

test("countTokens is what the request reports", async () => {
  const counted = await client.messages.countTokens({ model: "greeting", messages: hello.messages });
  const reply = await client.messages.create({ model: "greeting", ...hello });

  assert.deepEqual({ ...counted }, { input_tokens: 12 });
  assert.equal(counted.input_tokens, reply.usage.input_tokens + reply.usage.cache_read_input_tokens);
});

test("the beta client, its header and ?beta=true are tolerated", async () => {
  const reply = await client.beta.messages.create({ model: "greeting", ...hello, betas: ["context-1m-2025-08-07"] });

  assert.equal(reply.content[0].text, "Hello, wörld 🌍!");
  assert.equal((await fetch(`${server.url}/`, { method: "HEAD" })).status, 200);
});

test("pings before and within the message disturb nobody", async () => {
  const pings = (await (await fetch(`${server.base}/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: "slow", ...hello, stream: true }),
  })).text()).split("\n\n").filter((event) => event.startsWith("event: ping"));
  const streamed = await client.messages.stream({ model: "slow", ...hello, thinking }).finalMessage();

  assert.ok(pings.length >= 4, `${pings.length} pings`);
  assert.deepEqual(streamed.content, greetingContent);
});

test("an aborted stream ends the generation", async () => {
  const stream = client.messages.stream({ model: "endless", ...hello });
  stream.on("text", () => stream.abort());
  await assert.rejects(stream.done(), Anthropic.APIUserAbortError);

  assert.match(await server.logged(/model=endless/), /outcome=client_gone/);
});

test("a failure in mid-stream is an error of its type", async () => {
  const stream = client.messages.stream({ model: "broken", ...hello });
  await assert.rejects(stream.finalMessage(), (error) => {
    assert.ok(error instanceof Anthropic.APIError);
    assert.equal(error.type, "api_error");
    return /lost its way/.test(error.message);
  });
  await assert.rejects(client.messages.create({ model: "broken", ...hello }), Anthropic.InternalServerError);
});

const refused = {
  "a wrong field": [{ model: "greeting", ...hello, top_k: 501 }, /top_k: expected an integer from 0 to 500/],
  "an unknown model": [{ model: "nobody", ...hello }, /nobody/],
  "a result without its call": [
    {
      model: "greeting",
      max_tokens: 9,
      messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_x", content: "r" }] }],
    },
    /messages\[0\]\.content\[0\]\.tool_use_id/,
  ],
};
for (const [name, [request, words]] of Object.entries(refused)) {
  test(`${name} is a BadRequestError, streamed or not`, async () => {
    for (const stream of [false, true]) {
      await assert.rejects(client.messages.create({ ...request, stream }), (error) => {
        assert.ok(error instanceof Anthropic.BadRequestError);
        assert.equal(error.type, "invalid_request_error");
        assert.match(error.requestID, /^[0-9a-f]{32}$/);
        return words.test(error.message);
      });
    }
  });
}

test("what is not there is a NotFoundError", async () => {
  await assert.rejects(client.models.retrieve("nobody"), Anthropic.NotFoundError);
  assert.equal((await client.models.retrieve("greeting")).id, "greeting");
});

test("a key opens as x-api-key and as a bearer token, and no other does", async () => {
  const guarded = await startStories({ greeting: stories.greeting }, { TRILOGUE_API_KEYS: "sk-number-one" });
  const ask = (keys) =>
    new Anthropic({ apiKey: null, authToken: null, baseURL: guarded.url, maxRetries: 0, ...keys }).messages.create({
      model: "greeting",
      ...hello,
    });
  try {
    for (const keys of [{ apiKey: "sk-number-one" }, { authToken: "sk-number-one" }]) {
      assert.equal((await ask(keys)).content.length, 1);
    }
    await assert.rejects(ask({ apiKey: "sk-number-two" }), (error) => {
      assert.ok(error instanceof Anthropic.AuthenticationError);
      return error.type === "authentication_error";
    });
  } finally {
    assert.equal(await guarded.stop(), 0);
  }
});
