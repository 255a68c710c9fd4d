// Tools of every kind through the Responses API, over two rounds, with the official openai client.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";
import { startStories } from "./server.mjs";
import { degrees, weather } from "./stories.mjs";

const question = "How much warmer is Paris than Oslo?";
const number = { type: "number" };
const parameters = {
  get_weather: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  subtract: { type: "object", properties: { a: number, b: number }, required: ["a", "b"] },
};
const run = { get_weather: ({ city }) => `${degrees[city]} degrees`, subtract: ({ a, b }) => String(a - b) };
const tools = Object.entries(parameters).map(([name, schema]) => ({
  type: "function",
  name,
  description: `Does ${name}`,
  parameters: schema,
  strict: false,
}));

// A patch for a tool that takes text, a call into a namespace, and the end.
const patch = '*** Begin Patch\n+ "é" 🌍\n*** End Patch';
const agent = `
started prompt=40
open reasoning
delta "First the patch."
close
open call name=apply_patch id=call_patch0000000000000000
${JSON.stringify({ input: patch })
  .match(/.{1,7}/gsu)
  .map((piece) => `delta ${JSON.stringify(piece)}`)
  .join("\n")}
close
open call name=mcp__docs__search id=call_docs00000000000000000
delta "{\\"query\\": \\"x\\"}"
close
finish tool_calls
---
started prompt=80 cached=40
open text
delta "Patched."
close
finish end_of_turn
`;
const agentTools = [
  { type: "web_search" },
  { type: "custom", name: "apply_patch", description: "Edits files", format: { type: "text" } },
  {
    type: "namespace",
    name: "mcp__docs__",
    description: "Documentation",
    tools: [{ type: "function", name: "search", parameters: { type: "object" }, strict: false }],
  },
];

let server, client;
before(async () => {
  server = await startStories({ weather, agent });
  client = new OpenAI({ apiKey: "unused", baseURL: server.base, maxRetries: 0 });
});
after(async () => assert.equal(await server.stop(), 0));

const ask = (stream, request) =>
  stream ? client.responses.stream(request).finalResponse() : client.responses.create(request);
const callsOf = (reply) => reply.output.filter(({ type }) => type === "function_call");
const results = (calls) =>
  calls.map(({ call_id, name, arguments: text }) => ({
    type: "function_call_output",
    call_id,
    output: run[name](JSON.parse(text)),
  }));

for (const stream of [false, true]) {
  describe(`stream ${stream}`, () => {
    test("the whole output sent back goes through two rounds to the answer", async () => {
      const input = [{ role: "user", content: question }];
      const rounds = [];
      for (let calls = []; rounds.length === 0 || calls.length > 0; ) {
        const reply = await ask(stream, { model: "weather", input, tools, store: false });
        calls = callsOf(reply);
        rounds.push([reply.status, ...calls.map(({ name }) => name)]);
        input.push(...reply.output, ...results(calls));
      }

      assert.deepEqual(rounds, [
        ["completed", "get_weather", "get_weather"],
        ["completed", "subtract"],
        ["completed"],
      ]);
      assert.equal(input.at(-1).content[0].text, "Paris is 17 degrees warmer.");
    });

    test("previous_response_id remembers the calls", async () => {
      let reply = await ask(stream, { model: "weather", input: question, tools });
      const ids = [reply.id];
      while (callsOf(reply).length > 0) {
        const { id: previous_response_id } = reply;
        reply = await ask(stream, { model: "weather", tools, previous_response_id, input: results(callsOf(reply)) });
        assert.equal(reply.previous_response_id, previous_response_id);
        ids.push(reply.id);
      }

      assert.equal(reply.output[0].content[0].text, "Paris is 17 degrees warmer.");
      assert.equal(new Set(ids).size, 3);
    });

    test("items may be named by their ids", async () => {
      const first = await ask(stream, { model: "weather", input: question, tools });
      const input = [
        { role: "user", content: question },
        ...first.output.map(({ id }) => ({ type: "item_reference", id })),
        ...results(callsOf(first)),
      ];
      const second = await ask(stream, { model: "weather", input, tools });

      assert.deepEqual(callsOf(second).map(({ name }) => name), ["subtract"]);
      const items = [];
      for await (const item of client.responses.inputItems.list(second.id, { order: "asc" })) items.push(item.type);
      assert.deepEqual(items, [
        "message", "reasoning", "function_call", "function_call", "function_call_output", "function_call_output",
      ]);
    });

    test("custom tools get text, tools of a namespace keep their names", async () => {
      const input = [{ role: "user", content: "Patch it" }];
      const include = ["reasoning.encrypted_content"];
      const reply = await ask(stream, { model: "agent", input, tools: agentTools, store: false, include });
      const [reasoning, custom, named] = reply.output;

      assert.equal(typeof reasoning.encrypted_content, "string");
      assert.equal(custom.type, "custom_tool_call");
      assert.equal(custom.name, "apply_patch");
      assert.equal(custom.input, patch);
      assert.equal(named.namespace, "mcp__docs__");
      assert.equal(named.name, "search");
      assert.deepEqual(reply.tools, agentTools);

      input.push(...reply.output);
      input.push({ type: "custom_tool_call_output", call_id: custom.call_id, output: "Done" });
      const output = [{ type: "input_text", text: "Found" }];
      input.push({ type: "function_call_output", call_id: named.call_id, output });
      const last = await ask(stream, { model: "agent", input, tools: agentTools, store: false });
      assert.equal(last.output[0].content[0].text, "Patched.");
    });
  });
}

test("streamed input of a custom tool adds up to its done", async () => {
  const request = { model: "agent", input: "Patch it", tools: agentTools, stream: true };
  let whole = "";
  let done;
  for await (const event of await client.responses.create(request)) {
    if (event.type === "response.custom_tool_call_input.delta") whole += event.delta;
    if (event.type === "response.custom_tool_call_input.done") done = event.input;
  }

  assert.equal(whole, patch);
  assert.equal(done, patch);
});

test("a foreign item or response is a 404 at its place", async () => {
  const input = [{ role: "user", content: "x" }, { type: "item_reference", id: "msg_nobody" }];
  await assert.rejects(
    client.responses.create({ model: "weather", input }),
    (error) => error instanceof OpenAI.NotFoundError && error.param === "input[1].id",
  );
});
