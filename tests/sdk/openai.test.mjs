// The official openai client: raw, streamed, and with its helpers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { startStories } from "./server.mjs";
import * as stories from "./stories.mjs";

let server, client;
const hello = [{ role: "user", content: "Hello!" }];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

before(async () => {
  const { greeting, plain, recipeStory: recipe, limited, broken, endless } = stories;
  server = await startStories({ greeting, plain, recipe, limited, broken, endless });
  client = new OpenAI({ apiKey: "unused", baseURL: server.base, maxRetries: 0 });
});
after(async () => assert.equal(await server.stop(), 0));

test("a reply has the documented shape and nothing else", async () => {
  const reply = await client.chat.completions.create({ model: "greeting", messages: hello });

  const { id, created, ...rest } = reply;
  assert.match(id, uuid);
  assert.ok(Math.abs(created - Date.now() / 1000) < 60);
  assert.deepEqual(rest, {
    object: "chat.completion",
    model: "greeting",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello, wörld 🌍!", reasoning: "A greeting; I greet back." },
        finish_reason: "stop",
      },
    ],
    usage: stories.usageOfGreeting,
  });
});

test("deepseek-style puts the reasoning into reasoning_content", async () => {
  const reply = await client.chat.completions.create({
    model: "greeting",
    messages: hello,
    reasoning_format: "deepseek-style",
  });

  assert.equal(reply.choices[0].message.reasoning_content, "A greeting; I greet back.");
  assert.equal(reply.choices[0].message.reasoning, undefined);
});

for (const [format, field] of [["general", "reasoning"], ["deepseek-style", "reasoning_content"]]) {
  test(`a stream says what the reply says, reasoning ${format}`, async () => {
    const stream = await client.chat.completions.create({
      model: "greeting",
      messages: hello,
      stream: true,
      reasoning_format: format,
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);

    const deltas = chunks.map((chunk) => chunk.choices[0].delta);
    assert.equal(deltas.map((delta) => delta.content).join(""), "Hello, wörld 🌍!");
    assert.equal(deltas.map((delta) => delta[field] ?? "").join(""), "A greeting; I greet back.");
    const firstText = deltas.findIndex((delta) => delta.content !== "");
    assert.ok(deltas.slice(firstText).every((delta) => delta[field] === undefined), "reasoning comes first");
    assert.ok(deltas.every((delta) => delta.role === "assistant"));
    assert.equal(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size, 1);
    assert.deepEqual(chunks[0].usage.completion_tokens, 0);
    assert.deepEqual(chunks.at(-1).usage, stories.usageOfGreeting);
    assert.deepEqual(chunks.map((chunk) => chunk.choices[0].finish_reason).filter(Boolean), ["stop"]);
    assert.equal(chunks.at(-1).choices[0].finish_reason, "stop");
  });
}

test("include_usage adds the closing chunk", async () => {
  const stream = await client.chat.completions.create({
    model: "plain",
    messages: hello,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);

  assert.deepEqual(chunks.at(-1).choices, []);
  assert.equal(chunks.at(-1).usage.total_tokens, 11);
});

test("the stream helper ends with the whole completion", async () => {
  const runner = client.chat.completions.stream({ model: "greeting", messages: hello });
  let streamed = "";
  runner.on("content", (piece) => (streamed += piece));

  const completion = await runner.finalChatCompletion();
  assert.equal(streamed, "Hello, wörld 🌍!");
  assert.equal(completion.choices[0].message.content, streamed);
  assert.equal(completion.choices[0].finish_reason, "stop");
  assert.equal((await runner.totalUsage()).total_tokens, 17);
});

test("the parse helper reads a JSON schema's answer", async () => {
  const shape = z.object({ name: z.string(), minutes: z.number().int(), steps: z.array(z.string()) });
  const completion = await client.chat.completions.parse({
    model: "recipe",
    messages: hello,
    response_format: zodResponseFormat(shape, "recipe"),
  });

  assert.deepEqual(completion.choices[0].message.parsed, stories.recipe);
});

test("json_object is accepted, and a tool-free reply parses", async () => {
  const reply = await client.chat.completions.create({
    model: "recipe",
    messages: hello,
    response_format: { type: "json_object" },
  });

  assert.deepEqual(JSON.parse(reply.choices[0].message.content), stories.recipe);
});

test("n choices come apart again", async () => {
  const reply = await client.chat.completions.create({ model: "plain", messages: hello, n: 3 });

  assert.deepEqual(reply.choices.map((choice) => [choice.index, choice.message.content]), [
    [0, "Just text."],
    [1, "Just text."],
    [2, "Just text."],
  ]);
  assert.equal(reply.usage.completion_tokens, 6);
});

test("an answer that meets the limit says length", async () => {
  const reply = await client.chat.completions.create({ model: "limited", messages: hello, max_tokens: 1 });

  assert.equal(reply.choices[0].finish_reason, "length");
  assert.equal(reply.choices[0].message.content, "cut of");
});

test("leaving a stream ends the generation", async () => {
  const stream = await client.chat.completions.create({ model: "endless", messages: hello, stream: true });
  for await (const chunk of stream) {
    if (chunk.choices[0].delta.content) break; // the iterator aborts the request
  }

  const line = await server.logged(/model=endless/);
  assert.match(line, /outcome=client_gone/);
  const again = await client.chat.completions.create({ model: "plain", messages: hello });
  assert.equal(again.choices[0].message.content, "Just text.");
});

test("a failure in mid-stream reaches the reader as an error", async () => {
  const stream = await client.chat.completions.create({ model: "broken", messages: hello, stream: true });
  let text = "";

  await assert.rejects(
    async () => {
      for await (const chunk of stream) text += chunk.choices[0].delta.content;
    },
    (error) => error instanceof OpenAI.APIError && /lost its way/.test(error.message),
  );
  assert.equal(text, "half an");
});

test("a failure before the first byte is an error with its status", async () => {
  await assert.rejects(
    client.chat.completions.create({ model: "broken", messages: hello }),
    (error) => error instanceof OpenAI.InternalServerError && error.error.type === "server_error",
  );
});

const faults = [
  ["an unknown model", { model: "nobody" }, "model", /nobody.*greeting/s],
  ["no messages", { messages: [] }, "messages", /messages/],
  ["an unknown role", { messages: [{ role: "wizard", content: "x" }] }, "messages[0].role", /role/],
  ["a number as a string", { temperature: "1" }, "temperature", /temperature/],
  ["a temperature over 2", { temperature: 2.5 }, "temperature", /temperature/],
  ["an unknown reasoning_format", { reasoning_format: "loud" }, "reasoning_format", /reasoning_format/],
];
for (const [what, change, param, message] of faults) {
  for (const stream of [false, true]) {
    test(`${what} is a 400 that names its place, stream ${stream}`, async () => {
      await assert.rejects(
        client.chat.completions.create({ model: "plain", messages: hello, stream, ...change }),
        (error) => {
          assert.ok(error instanceof OpenAI.BadRequestError, String(error));
          assert.equal(error.type, "request_params_invalid");
          assert.equal(error.param, param);
          assert.match(error.message, message);
          assert.match(error.requestID, /^[0-9a-f]{32}$/);
          return true;
        },
      );
    });
  }
}

test("the models are listed and found", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.deepEqual(names.sort(), ["broken", "endless", "greeting", "limited", "plain", "recipe"]);

  const one = await client.models.retrieve("plain");
  assert.equal(one.object, "model");
  await assert.rejects(client.models.retrieve("nobody"), OpenAI.NotFoundError);
});
