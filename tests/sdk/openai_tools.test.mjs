// Tools with the official openai client: by hand, and with its runner, over two rounds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { startStories } from "./server.mjs";
import { degrees, user, weather } from "./stories.mjs";

let server, client;
const number = { type: "number" };
const parameters = {
  get_weather: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  subtract: { type: "object", properties: { a: number, b: number }, required: ["a", "b"] },
};
const run = { get_weather: ({ city }) => `${degrees[city]} degrees`, subtract: ({ a, b }) => String(a - b) };
const tools = Object.entries(parameters).map(([name, schema]) => ({
  type: "function",
  function: { name, description: `Does ${name}`, parameters: schema },
}));

before(async () => {
  server = await startStories({ weather });
  client = new OpenAI({ apiKey: "unused", baseURL: server.base, maxRetries: 0 });
});
after(async () => assert.equal(await server.stop(), 0));

test("a reply carries the calls in the documented shape", async () => {
  const reply = await client.chat.completions.create({ model: "weather", messages: user, tools });

  assert.deepEqual(reply.choices[0], {
    index: 0,
    message: {
      role: "assistant",
      content: "",
      reasoning: "I need the weather of both.",
      tool_calls: [
        {
          id: "call_paris0000000000000000",
          type: "function",
          function: { name: "get_weather", arguments: '{"city": "Paris"}' },
        },
        {
          id: "call_oslo00000000000000000",
          type: "function",
          function: { name: "get_weather", arguments: '{"city": "Oslo"}' },
        },
      ],
    },
    finish_reason: "tool_calls",
  });
});

test("streamed calls name themselves first and add up to the reply's", async () => {
  const stream = await client.chat.completions.create({ model: "weather", messages: user, tools, stream: true });
  const pieces = [];
  for await (const chunk of stream) pieces.push(...(chunk.choices[0].delta.tool_calls ?? []));

  const calls = [];
  for (const piece of pieces) {
    if (!calls[piece.index]) {
      assert.equal(piece.type, "function");
      calls[piece.index] = { id: piece.id, name: piece.function.name, arguments: "" };
    } else {
      assert.equal(piece.function.name, undefined);
    }
    calls[piece.index].arguments += piece.function.arguments;
  }
  assert.deepEqual(calls, [
    { id: "call_paris0000000000000000", name: "get_weather", arguments: '{"city": "Paris"}' },
    { id: "call_oslo00000000000000000", name: "get_weather", arguments: '{"city": "Oslo"}' },
  ]);
});

test("a loop by hand goes through two rounds to the answer", async () => {
  const messages = [...user];
  const rounds = [];
  for (let message; !message || message.tool_calls; ) {
    const reply = await client.chat.completions.create({ model: "weather", messages, tools });
    message = reply.choices[0].message;
    rounds.push(reply.choices[0].finish_reason);
    messages.push(message);
    for (const { id, function: called } of message.tool_calls ?? []) {
      const content = run[called.name](JSON.parse(called.arguments));
      messages.push({ role: "tool", tool_call_id: id, content });
    }
  }

  assert.deepEqual(rounds, ["tool_calls", "tool_calls", "stop"]);
  assert.equal(messages.at(-1).content, "Paris is 17 degrees warmer.");
});

for (const stream of [false, true]) {
  test(`the tool runner goes through two rounds, stream ${stream}`, async () => {
    const seen = [];
    const runnable = tools.map(({ function: declared }) => ({
      type: "function",
      function: {
        ...declared,
        parse: JSON.parse,
        function: (input) => {
          seen.push([declared.name, input]);
          return run[declared.name](input);
        },
      },
    }));
    const runner = client.chat.completions.runTools({ model: "weather", messages: user, tools: runnable, stream });

    assert.equal(await runner.finalContent(), "Paris is 17 degrees warmer.");
    assert.deepEqual(seen, [
      ["get_weather", { city: "Paris" }],
      ["get_weather", { city: "Oslo" }],
      ["subtract", { a: 21, b: 4 }],
    ]);
  });
}

test("a tool result without its call is a 400 at its place", async () => {
  const messages = [...user, { role: "tool", tool_call_id: "call_nobody", content: "21" }];
  await assert.rejects(
    client.chat.completions.create({ model: "weather", messages, tools }),
    (error) => error instanceof OpenAI.BadRequestError && error.param.startsWith("messages[1]"),
  );
});

test("a tool name with a space is a 400 at its place", async () => {
  const wrong = [{ type: "function", function: { name: "get weather", parameters: {} } }];
  await assert.rejects(
    client.chat.completions.create({ model: "weather", messages: user, tools: wrong }),
    (error) => error instanceof OpenAI.BadRequestError && error.param === "tools[0].function.name",
  );
});
