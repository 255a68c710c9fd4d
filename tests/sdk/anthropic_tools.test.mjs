// Tools with the official Anthropic client: by hand, streamed and not, and with its runner, over two rounds; the
// thinking goes back with them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { startStories } from "./server.mjs";
import { degrees, user, weather } from "./stories.mjs";

const without = `
started prompt=20
open call name=now id=call_now0000000000000000000
close
finish tool_calls
`;
let server, client;
const number = { type: "number" };
const schemas = {
  get_weather: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  subtract: { type: "object", properties: { a: number, b: number }, required: ["a", "b"] },
};
const run = { get_weather: ({ city }) => `${degrees[city]} degrees`, subtract: ({ a, b }) => String(a - b) };
const tools = Object.entries(schemas).map(([name, input_schema]) => ({ name, description: `Does ${name}`, input_schema }));
const request = { model: "weather", max_tokens: 400, messages: user, tools };
const expected = [
  ["get_weather", { city: "Paris" }],
  ["get_weather", { city: "Oslo" }],
  ["subtract", { a: 21, b: 4 }],
];

before(async () => {
  server = await startStories({ weather, without });
  client = new Anthropic({ apiKey: "unused", baseURL: server.url, maxRetries: 0 });
});
after(async () => assert.equal(await server.stop(), 0));

test("a reply carries the calls in the official shape", async () => {
  const reply = await client.messages.create(request);

  assert.equal(reply.stop_reason, "tool_use");
  assert.deepEqual(
    reply.content,
    expected.slice(0, 2).map(([name, input], index) => ({
      type: "tool_use",
      id: ["call_paris0000000000000000", "call_oslo00000000000000000"][index],
      name,
      input,
      caller: { type: "direct" },
    })),
  );
});

test("streamed calls begin empty and grow by their pieces", async () => {
  const stream = client.messages.stream(request);
  const pieces = [];
  stream.on("inputJson", (piece) => pieces.push(piece));
  stream.on("streamEvent", (event) => {
    if (event.type === "content_block_start") assert.deepEqual(event.content_block.input, {});
  });
  const streamed = await stream.finalMessage();

  assert.deepEqual(pieces, ['{"city":', ' "Paris"}', '{"city": "Oslo"}']);
  assert.deepEqual(streamed.content, (await client.messages.create(request)).content);
});

test("a call without arguments has an empty input, streamed or not", async () => {
  const ask = { ...request, model: "without" };
  for (const reply of [await client.messages.create(ask), await client.messages.stream(ask).finalMessage()]) {
    assert.deepEqual(reply.content[0].input, {});
  }
});

// Everything that the model answered goes back: text, thinking and its signature, calls.
const ways = {
  "create()": (messages, thinking) => client.messages.create({ ...request, messages, thinking }),
  "stream()": (messages, thinking) => client.messages.stream({ ...request, messages, thinking }).finalMessage(),
};
for (const [way, ask] of Object.entries(ways)) {
  for (const thinking of [undefined, { type: "enabled", budget_tokens: 100 }]) {
    test(`a loop by hand goes through two rounds, ${way}, thinking ${thinking?.type}`, async () => {
      const messages = [...user];
      const called = [];
      let reply;
      do {
        reply = await ask(messages, thinking);
        messages.push({ role: "assistant", content: reply.content });
        const calls = reply.content.filter(({ type }) => type === "tool_use");
        called.push(...calls.map(({ name, input }) => [name, input]));
        const results = calls.map(({ id, name, input }) => ({
          type: "tool_result",
          tool_use_id: id,
          content: [{ type: "text", text: run[name](input) }],
        }));
        if (calls.length > 0) messages.push({ role: "user", content: [...results, { type: "text", text: "Go on." }] });
      } while (reply.stop_reason === "tool_use");

      assert.deepEqual(called, expected);
      assert.equal(reply.content.at(-1).text, "Paris is 17 degrees warmer.");
      assert.equal(messages[1].content[0].type, thinking ? "thinking" : "tool_use");
    });
  }
}

// The runner first asks the server to hold the conversation; ours holds none, says so, and the runner goes on.
for (const stream of [false, true]) {
  test(`the tool runner goes through two rounds, stream ${stream}`, async () => {
    const seen = [];
    const runnable = tools.map(({ input_schema, ...rest }) =>
      betaTool({
        ...rest,
        inputSchema: input_schema,
        run: (input) => {
          seen.push([rest.name, input]);
          return run[rest.name](input);
        },
      }),
    );
    const runner = client.beta.messages.toolRunner({ ...request, tools: runnable, stream });

    assert.equal((await runner.runUntilDone()).content.at(-1).text, "Paris is 17 degrees warmer.");
    assert.deepEqual(seen, expected);
  });
}

test("tools of Anthropic's servers are left out, not refused", async () => {
  const search = { type: "web_search_20250305", name: "web_search", max_uses: 3 };
  const reply = await client.messages.create({ ...request, tools: [search, ...tools] });

  assert.equal(reply.stop_reason, "tool_use");
});

test("a failed tool is told as one", async () => {
  const messages = [
    ...user,
    { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Paris" } }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", is_error: true, content: "no network" }] },
  ];

  assert.equal((await client.messages.create({ ...request, messages })).content[0].name, "subtract");
});

const wrong = {
  "a name with a space": [[{ name: "get weather", input_schema: { type: "object" } }], /tools\[0\]\.name/],
  "a tool of another API": [[{ type: "function", function: { name: "f" } }], /tools\[0\]\.type/],
  "a tool without a schema": [[{ name: "f" }], /tools\[0\]\.input_schema/],
};
for (const [name, [list, words]] of Object.entries(wrong)) {
  test(`${name} is a 400 at its place`, async () => {
    await assert.rejects(
      client.messages.create({ ...request, tools: list }),
      (error) => error instanceof Anthropic.BadRequestError && words.test(error.message),
    );
  });
}
