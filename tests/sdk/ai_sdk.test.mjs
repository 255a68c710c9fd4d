// The `ai` package with its two providers that speak Chat Completions.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { startStories } from "./server.mjs";
import { degrees, endless, greeting, recipe, recipeStory, weather } from "./stories.mjs";

let server;
before(async () => {
  server = await startStories({ greeting, weather, recipe: recipeStory, endless0: endless, endless1: endless });
});
after(async () => assert.equal(await server.stop(), 0));

const providers = {
  "@ai-sdk/openai": {
    model: (name) => createOpenAI({ apiKey: "unused", baseURL: server.base }).chat(name),
    reasons: false, // its chat models do not read reasoning
  },
  "@ai-sdk/openai-compatible": {
    model: (name) =>
      createOpenAICompatible({
        name: "trilogue",
        baseURL: server.base,
        includeUsage: true,
        supportsStructuredOutputs: true,
      })(name),
    reasons: true,
  },
};

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

for (const [index, [name, { model, reasons }]] of Object.entries(providers).entries()) {
  describe(name, () => {
    test("generateText gives text, reasoning and usage", async () => {
      const reply = await generateText({ model: model("greeting"), prompt: "Hello!", maxRetries: 0 });

      assert.equal(reply.text, "Hello, wörld 🌍!");
      assert.equal(reply.finishReason, "stop");
      assert.equal(reply.usage.inputTokens, 12);
      assert.equal(reply.usage.outputTokens, 5);
      if (reasons) assert.equal(reply.reasoningText, "A greeting; I greet back.");
    });

    test("streamText gives the same in pieces", async () => {
      const stream = streamText({ model: model("greeting"), prompt: "Hello!", maxRetries: 0 });
      const parts = { "text-delta": "", "reasoning-delta": "" };
      for await (const part of stream.fullStream) {
        assert.notEqual(part.type, "error", String(part.error));
        if (part.type in parts) parts[part.type] += part.text;
      }

      assert.equal(parts["text-delta"], "Hello, wörld 🌍!");
      if (reasons) assert.equal(parts["reasoning-delta"], "A greeting; I greet back.");
      assert.equal(await stream.finishReason, "stop");
      assert.equal((await stream.usage).outputTokens, 5);
    });

    const question = { prompt: "How much warmer is Paris?", tools, stopWhen: stepCountIs(5), maxRetries: 0 };
    const expected = [
      ["get_weather", { city: "Paris" }],
      ["get_weather", { city: "Oslo" }],
      ["subtract", { a: 21, b: 4 }],
    ];
    const calls = (steps) => steps.flatMap((step) => step.toolCalls).map((call) => [call.toolName, call.input]);

    test("generateText runs two rounds of tools", async () => {
      const reply = await generateText({ model: model("weather"), ...question });

      assert.deepEqual(calls(reply.steps), expected);
      assert.equal(reply.text, "Paris is 17 degrees warmer.");
    });

    test("streamText runs two rounds of tools", async () => {
      const stream = streamText({ model: model("weather"), ...question });

      assert.equal(await stream.text, "Paris is 17 degrees warmer.");
      assert.deepEqual(calls(await stream.steps), expected);
    });

    test("generateObject reads what the schema constrained", async () => {
      const schema = z.object({ name: z.string(), minutes: z.number(), steps: z.array(z.string()) });
      const reply = await generateObject({ model: model("recipe"), prompt: "A recipe", schema, maxRetries: 0 });

      assert.deepEqual(reply.object, recipe);
    });

    test("an aborted stream ends the generation", async () => {
      const abort = new AbortController();
      const endlessModel = `endless${index}`;
      const stream = streamText({ model: model(endlessModel), prompt: "Tick", abortSignal: abort.signal });
      for await (const part of stream.fullStream) {
        if (part.type === "text-delta") abort.abort();
      }

      assert.match(await server.logged(new RegExp(`model=${endlessModel}`)), /outcome=client_gone/);
    });

    test("an unknown model is an error that names it", async () => {
      await assert.rejects(
        generateText({ model: model("nobody"), prompt: "Hello!", maxRetries: 0 }),
        (error) => error.statusCode === 400 && /nobody/.test(error.message),
      );
    });
  });
}
