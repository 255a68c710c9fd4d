// The `ai` package with its provider that speaks Messages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAnthropic } from "@ai-sdk/anthropic";
import { generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { startStories } from "./server.mjs";
import { degrees, endless, greeting, recipe, recipeStory, slow, weather } from "./stories.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false; // it knows no model of ours, and says so at each request

let server;
before(async () => {
  const stories = { greeting, slow, weather, recipe: recipeStory, endless };
  server = await startStories(stories, { TRILOGUE_SERVER_HEARTBEAT: "100ms" });
});
after(async () => assert.equal(await server.stop(), 0));

const model = (name) => createAnthropic({ apiKey: "unused", baseURL: server.base })(name);
const providerOptions = { anthropic: { thinking: { type: "enabled", budgetTokens: 1024 } } };
const tools = {
  get_weather: tool({
    description: "Temperature in a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `${degrees[city]} degrees`,
  }),
  subtract: tool({
    description: "a - b",
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    execute: async ({ a, b }) => a - b,
  }),
};

test("generateText gives text and usage, and reasoning to who enables it", async () => {
  const request = { model: model("greeting"), prompt: "Hello!", maxRetries: 0 };
  const reply = await generateText(request);
  const thoughtful = await generateText({ ...request, providerOptions });

  assert.equal(reply.text, "Hello, wörld 🌍!");
  assert.equal(reply.finishReason, "stop");
  assert.equal(reply.reasoningText, undefined);
  assert.equal(reply.usage.inputTokens, 12);
  assert.equal(reply.usage.cachedInputTokens, 4);
  assert.equal(reply.usage.outputTokens, 5);
  assert.equal(thoughtful.reasoningText, "A greeting; I greet back.");
});

test("streamText gives the same in pieces", async () => {
  const stream = streamText({ model: model("greeting"), prompt: "Hello!", maxRetries: 0, providerOptions });
  const parts = { "text-delta": "", "reasoning-delta": "" };
  for await (const part of stream.fullStream) {
    assert.notEqual(part.type, "error", String(part.error));
    if (part.type in parts) parts[part.type] += part.text;
  }

  assert.deepEqual(parts, { "text-delta": "Hello, wörld 🌍!", "reasoning-delta": "A greeting; I greet back." });
  assert.equal(await stream.finishReason, "stop");
  assert.equal((await stream.usage).inputTokens, 12);
  assert.equal((await stream.usage).outputTokens, 5);
});

const expected = [
  ["get_weather", { city: "Paris" }],
  ["get_weather", { city: "Oslo" }],
  ["subtract", { a: 21, b: 4 }],
];
const calls = (steps) => steps.flatMap((step) => step.toolCalls).map((call) => [call.toolName, call.input]);

for (const options of [undefined, providerOptions]) {
  const question = {
    prompt: "How much warmer is Paris?",
    tools,
    stopWhen: stepCountIs(5),
    maxRetries: 0,
    providerOptions: options,
  };
  const name = options ? "with thinking" : "without thinking";

  test(`generateText runs two rounds of tools, ${name}`, async () => {
    const reply = await generateText({ model: model("weather"), ...question });

    assert.deepEqual(calls(reply.steps), expected);
    assert.equal(reply.text, "Paris is 17 degrees warmer.");
  });

  test(`streamText runs two rounds of tools, ${name}`, async () => {
    const stream = streamText({ model: model("weather"), ...question });

    assert.equal(await stream.text, "Paris is 17 degrees warmer.");
    assert.deepEqual(calls(await stream.steps), expected);
  });
}

test("generateObject reads what the schema constrained", async () => {
  const schema = z.object({ name: z.string(), minutes: z.number(), steps: z.array(z.string()) });
  const structured = { anthropic: { structuredOutputMode: "outputFormat" } };
  const request = { model: model("recipe"), prompt: "A recipe", schema, maxRetries: 0, providerOptions: structured };

  assert.deepEqual((await generateObject(request)).object, recipe);
});

test("pings before and within the message disturb nobody", async () => {
  assert.equal(await streamText({ model: model("slow"), prompt: "Hello!", maxRetries: 0 }).text, "Hello, wörld 🌍!");
});

test("an aborted stream ends the generation", async () => {
  const abort = new AbortController();
  const stream = streamText({ model: model("endless"), prompt: "Tick", abortSignal: abort.signal });
  for await (const part of stream.fullStream) {
    if (part.type === "text-delta") abort.abort();
  }

  assert.match(await server.logged(/model=endless/), /outcome=client_gone/);
});

test("an unknown model is an error that names it", async () => {
  await assert.rejects(
    generateText({ model: model("nobody"), prompt: "Hello!", maxRetries: 0 }),
    (error) => error.statusCode === 400 && /nobody/.test(error.message),
  );
});
