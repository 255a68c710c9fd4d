// @langchain/openai, with both styles of chunks: the documented one and chat_chunks = "openai".
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { startStories } from "./server.mjs";
import { degrees, greeting, recipe, recipeStory, user, weather } from "./stories.mjs";

const tools = [
  tool(async ({ city }) => `${degrees[city]} degrees`, {
    name: "get_weather",
    description: "Temperature in a city",
    schema: z.object({ city: z.string() }),
  }),
  tool(async ({ a, b }) => String(a - b), {
    name: "subtract",
    description: "a - b",
    schema: z.object({ a: z.number(), b: z.number() }),
  }),
];

for (const style of ["documented", "openai"]) {
  describe(`chat_chunks = ${style}`, () => {
    let server;
    before(async () => {
      const stories = { greeting, weather, recipe: recipeStory };
      server = await startStories(stories, { TRILOGUE_CHAT_CHUNKS: style });
    });
    after(async () => assert.equal(await server.stop(), 0));

    const chat = (model) =>
      new ChatOpenAI({ model, apiKey: "unused", maxRetries: 0, configuration: { baseURL: server.base } });

    test("invoke gives text and usage", async () => {
      const reply = await chat("greeting").invoke("Hello!");

      assert.equal(reply.content, "Hello, wörld 🌍!");
      assert.equal(reply.usage_metadata.input_tokens, 12);
      assert.equal(reply.usage_metadata.output_tokens, 5);
      assert.equal(reply.usage_metadata.output_token_details.reasoning, 2);
      assert.equal(reply.usage_metadata.input_token_details.cache_read, 4);
      assert.equal(reply.response_metadata.finish_reason, "stop");
    });

    test("stream gives the same in pieces", async () => {
      let whole;
      for await (const chunk of await chat("greeting").stream("Hello!")) whole = whole?.concat(chunk) ?? chunk;

      assert.equal(whole.content, "Hello, wörld 🌍!");
      assert.equal(whole.usage_metadata.total_tokens, 17);
      assert.equal(whole.response_metadata.finish_reason, "stop");
    });

    test("bound tools go through two rounds", async () => {
      const model = chat("weather").bindTools(tools);
      const messages = [new HumanMessage(user[0].content)];
      const called = [];
      let reply = await model.invoke(messages);
      while (reply.tool_calls.length > 0) {
        messages.push(reply);
        for (const call of reply.tool_calls) {
          called.push(call.name);
          const result = await tools.find((known) => known.name === call.name).invoke(call.args);
          messages.push(new ToolMessage({ content: result, tool_call_id: call.id }));
        }
        reply = await model.invoke(messages);
      }

      assert.deepEqual(called, ["get_weather", "get_weather", "subtract"]);
      assert.equal(reply.content, "Paris is 17 degrees warmer.");
    });

    test("streamed calls come together", async () => {
      let whole;
      for await (const chunk of await chat("weather").bindTools(tools).stream(user)) {
        whole = whole?.concat(chunk) ?? chunk;
      }

      assert.deepEqual(whole.tool_calls.map(({ name, args }) => [name, args]), [
        ["get_weather", { city: "Paris" }],
        ["get_weather", { city: "Oslo" }],
      ]);
    });

    test("structured output is parsed", async () => {
      const schema = z.object({ name: z.string(), minutes: z.number(), steps: z.array(z.string()) });
      const model = chat("recipe").withStructuredOutput(schema, { method: "jsonSchema" });

      assert.deepEqual(await model.invoke("A recipe"), recipe);
    });

    test("an unknown model is a 400", async () => {
      await assert.rejects(chat("nobody").invoke("Hello!"), (error) => error.status === 400);
    });
  });
}
