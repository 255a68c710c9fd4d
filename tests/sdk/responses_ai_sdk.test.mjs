// The `ai` package with @ai-sdk/openai, whose default model speaks the Responses API.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { startStories } from "./server.mjs";
import { degrees, endless, greeting, recipe, recipeStory, weather } from "./stories.mjs";

let server, model;
before(async () => {
  server = await startStories({ greeting, weather, recipe: recipeStory, endless });
  model = createOpenAI({ apiKey: "unused", baseURL: server.base }).responses;
});
after(async () => assert.equal(await server.stop(), 0));

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
const thought = "A greeting; I greet back.";
// The package knows only OpenAI's own models as ones that reason; it has to be told.
const options = (more = {}) => ({ openai: { forceReasoning: true, ...more } });

test("generateText gives text, reasoning and usage", async () => {
  const reply = await generateText({
    model: model("greeting"),
    prompt: "Hello!",
    maxRetries: 0,
    providerOptions: options({ reasoningSummary: "auto" }),
  });

  assert.equal(reply.text, "Hello, wörld 🌍!");
  assert.equal(reply.reasoningText, thought);
  assert.equal(reply.finishReason, "stop");
  assert.equal(reply.usage.inputTokens, 12);
  assert.equal(reply.usage.cachedInputTokens, 4);
  assert.equal(reply.usage.outputTokens, 5);
  assert.equal(reply.usage.reasoningTokens, 2);
});

for (const reasoningSummary of [undefined, "auto"]) {
  test(`streamText gives the same in pieces, summary ${reasoningSummary}`, async () => {
    const stream = streamText({
      model: model("greeting"),
      prompt: "Hello!",
      maxRetries: 0,
      providerOptions: options(reasoningSummary ? { reasoningSummary } : {}),
    });
    const parts = { "text-delta": "", "reasoning-delta": "" };
    for await (const part of stream.fullStream) {
      assert.notEqual(part.type, "error", String(part.error));
      if (part.type in parts) parts[part.type] += part.text;
    }

    assert.equal(parts["text-delta"], "Hello, wörld 🌍!");
    assert.equal(parts["reasoning-delta"], reasoningSummary ? thought : ""); // it reads summaries only
    assert.equal(await stream.finishReason, "stop");
    assert.equal((await stream.usage).outputTokens, 5);
  });
}

const expected = [
  ["get_weather", { city: "Paris" }],
  ["get_weather", { city: "Oslo" }],
  ["subtract", { a: 21, b: 4 }],
];
const calls = (steps) => steps.flatMap((step) => step.toolCalls).map((call) => [call.toolName, call.input]);

// With store it names earlier items by their ids, without it sends them back.
for (const store of [true, false]) {
  const question = {
    prompt: "How much warmer is Paris?",
    tools,
    stopWhen: stepCountIs(5),
    maxRetries: 0,
    providerOptions: options({ store, reasoningSummary: "auto" }),
  };

  test(`generateText runs two rounds of tools, store ${store}`, async () => {
    const reply = await generateText({ model: model("weather"), ...question });

    assert.deepEqual(calls(reply.steps), expected);
    assert.equal(reply.text, "Paris is 17 degrees warmer.");
    assert.deepEqual(reply.warnings ?? [], []);
  });

  test(`streamText runs two rounds of tools, store ${store}`, async () => {
    const stream = streamText({ model: model("weather"), ...question });

    assert.equal(await stream.text, "Paris is 17 degrees warmer.");
    assert.deepEqual(calls(await stream.steps), expected);
  });
}

test("a conversation goes on by previousResponseId", async () => {
  const first = await generateText({ model: model("greeting"), prompt: "Hello!", maxRetries: 0 });
  const { responseId } = first.providerMetadata.openai;
  const second = await generateText({
    model: model("greeting"),
    prompt: "And again",
    maxRetries: 0,
    providerOptions: options({ previousResponseId: responseId }),
  });

  assert.match(responseId, /^resp_/);
  assert.equal(second.response.body.previous_response_id, responseId);
});

test("generateObject reads what the schema constrained", async () => {
  const schema = z.object({ name: z.string(), minutes: z.number(), steps: z.array(z.string()) });
  const reply = await generateObject({ model: model("recipe"), prompt: "A recipe", schema, maxRetries: 0 });

  assert.deepEqual(reply.object, recipe);
});

test("an aborted stream ends the generation", async () => {
  const abort = new AbortController();
  const stream = streamText({
    model: model("endless"),
    prompt: "Tick",
    abortSignal: abort.signal,
    providerOptions: options({ store: false }),
  });
  for await (const part of stream.fullStream) {
    if (part.type === "text-delta") abort.abort();
  }

  assert.match(await server.logged(/model=endless/), /outcome=client_gone/);
});
