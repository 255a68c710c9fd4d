// The Responses API with the bundled model, which really reads its prompt: what is remembered, sent back, named by its id
// or counted is the same prompt to the token. With TRILOGUE_URL, any running server is asked instead.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, stepCountIs, tool } from "ai";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { startBundled } from "./server.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

const model = "step-3.7-flash";
const question = "What is the weather in Oslo?";
const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const tools = [{ type: "function", name: "get_weather", description: "Current weather in a city", parameters, strict: true }];
const greedy = { model, temperature: 0, top_p: 0.9, max_output_tokens: 2000, reasoning: { effort: "low" } };
let server, client;

before(async () => {
  server = await startBundled();
  client = new OpenAI({ apiKey: process.env.TRILOGUE_KEY ?? "unused", baseURL: server.base, maxRetries: 0 });
});
after(async () => assert.equal(await server.stop(), 0));

const textOf = (reply) => reply.output.find(({ type }) => type === "message")?.content[0].text;

test("the documents' request answers", async () => {
  const input = "Briefly introduce quantum computing in one sentence";
  const reply = await client.responses.create({ model, input, max_output_tokens: 2000 });

  // At the documented temperature of 1 a tiny model may say anything, and not find an end.
  assert.ok(reply.output.length > 0);
  assert.ok(reply.usage.output_tokens > 5);
  assert.equal(reply.usage.total_tokens, reply.usage.input_tokens + reply.usage.output_tokens);
});

test("stream, helper, reply and background say the same, at temperature 0", async () => {
  const request = { ...greedy, input: "Hello!" };
  const reply = await client.responses.create(request);
  const helped = await client.responses.stream(request).finalResponse();
  let last;
  for await (const event of await client.responses.create({ ...request, stream: true })) last = event.response ?? last;
  let { id, status, ...later } = await client.responses.create({ ...request, background: true });
  while (status !== "completed") {
    await new Promise((done) => setTimeout(done, 50));
    ({ status, ...later } = await client.responses.retrieve(id));
  }

  for (const other of [helped, last, later]) {
    assert.equal(textOf(other), textOf(reply));
    assert.equal(other.usage.output_tokens, reply.usage.output_tokens);
    assert.equal(other.usage.input_tokens, reply.usage.input_tokens);
  }
});

test("Chat Completions says the same of the same conversation", async () => {
  const chat = await client.chat.completions.create({
    model,
    temperature: 0,
    reasoning_effort: "low",
    messages: [{ role: "system", content: "Be kind." }, { role: "user", content: question }],
  });
  const include = ["reasoning.encrypted_content"];
  const reply = await client.responses.create({ ...greedy, instructions: "Be kind.", input: question, include });

  const carried = Buffer.from(reply.output[0].encrypted_content.split(".").at(-1), "base64").toString();
  assert.equal(carried, chat.choices[0].message.reasoning);
  assert.equal(textOf(reply), chat.choices[0].message.content);
  assert.equal(reply.usage.input_tokens, chat.usage.prompt_tokens);
  assert.equal(reply.usage.output_tokens, chat.usage.completion_tokens);
});

test("a tool round is the same prompt, however the conversation is told", async () => {
  const include = ["reasoning.encrypted_content"];
  const user = [{ role: "user", content: question }];
  const first = await client.responses.create({ ...greedy, tools, input: user, include, tool_choice: "required" });
  const call = first.output.find(({ type }) => type === "function_call");
  assert.deepEqual(Object.keys(JSON.parse(call.arguments)), ["city"]);
  const output = { type: "function_call_output", call_id: call.call_id, output: '{"degrees": 4, "sky": "rain"}' };

  const references = first.output.map(({ id }) => ({ type: "item_reference", id }));
  const tellings = {
    remembered: { previous_response_id: first.id, input: [output] },
    "sent back": { input: [...user, ...first.output, output], store: false },
    "named by id": { input: [...user, ...references, output] },
    "without its reasoning": { input: [...user, call, output] }, // found again by the call's id
  };
  const answers = {};
  for (const [name, telling] of Object.entries(tellings)) {
    const request = { ...greedy, tools, ...telling };
    const { input_tokens } = await client.responses.inputTokens.count({
      model,
      tools,
      reasoning: greedy.reasoning,
      input: telling.input,
      previous_response_id: telling.previous_response_id,
    });
    const reply = await client.responses.create(request);
    assert.equal(reply.usage.input_tokens, input_tokens, name);
    answers[name] = [textOf(reply), reply.usage.input_tokens, reply.usage.output_tokens];
  }
  for (const name of Object.keys(tellings)) assert.deepEqual(answers[name], answers.remembered, name);
});

test("a schema constrains the answer", async () => {
  const Person = z.object({ name: z.string(), age: z.number() });
  const reply = await client.responses.parse({
    ...greedy,
    input: "Ada is 36 years old.",
    text: { format: zodTextFormat(Person, "person") },
  });

  assert.deepEqual(Object.keys(reply.output_parsed), ["name", "age"]);
});

test("a schema that cannot be compiled is refused at its place", async () => {
  const bad = { type: "object", properties: { a: { $ref: "#/nowhere" } } };
  const wrong = {
    "text.format.schema": { text: { format: { type: "json_schema", name: "x", schema: bad } } },
    "tools[1].parameters": { tools: [{ type: "web_search" }, { type: "function", name: "f", parameters: bad, strict: true }] },
  };
  for (const [param, fields] of Object.entries(wrong)) {
    await assert.rejects(
      client.responses.create({ ...greedy, input: "x", ...fields }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === param,
      param,
    );
  }
});

test("what is too long is refused at the input", async () => {
  await assert.rejects(
    client.responses.create({ ...greedy, input: "long ".repeat(200_000) }),
    (error) => error instanceof OpenAI.BadRequestError && error.param === "input",
  );
});

test("cut short in its reasoning it is incomplete and holds the reasoning alone", async () => {
  const reply = await client.responses.create({ ...greedy, input: "What is 12 + 30?", max_output_tokens: 2 });

  assert.equal(reply.status, "incomplete");
  assert.deepEqual(reply.output.map(({ type }) => type), ["reasoning"]);
  assert.equal(reply.usage.output_tokens, 2);
});

for (const store of [true, false]) {
  test(`@ai-sdk/openai runs a tool and answers, store ${store}`, async () => {
    const asked = [];
    const reply = await generateText({
      model: createOpenAI({ apiKey: client.apiKey, baseURL: server.base }).responses(model),
      prompt: question,
      temperature: 0,
      maxRetries: 0,
      stopWhen: stepCountIs(4),
      providerOptions: { openai: { store } },
      tools: {
        get_weather: tool({
          description: "Current weather in a city",
          inputSchema: z.object({ city: z.string() }),
          execute: async ({ city }) => (asked.push(city), { degrees: 4, sky: "rain" }),
        }),
      },
    });

    assert.deepEqual(asked, ["Oslo"]);
    assert.ok(reply.text.length > 0);
  });
}
