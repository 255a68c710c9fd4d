// @langchain/openai through the Responses API.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { startStories } from "./server.mjs";
import { degrees, greeting, recipe, recipeStory, user, weather } from "./stories.mjs";

let server;
before(async () => (server = await startStories({ greeting, weather, recipe: recipeStory })));
after(async () => assert.equal(await server.stop(), 0));

const chat = (model, fields = {}) =>
  new ChatOpenAI({
    model,
    apiKey: "unused",
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: server.base },
    ...fields,
  });
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
const textOf = (message) => message.text;

test("invoke gives text and usage", async () => {
  const reply = await chat("greeting").invoke("Hello!");

  assert.equal(textOf(reply), "Hello, wörld 🌍!");
  assert.equal(reply.usage_metadata.input_tokens, 12);
  assert.equal(reply.usage_metadata.output_tokens, 5);
  assert.equal(reply.usage_metadata.output_token_details.reasoning, 2);
  assert.equal(reply.usage_metadata.input_token_details.cache_read, 4);
  assert.equal(reply.response_metadata.status, "completed");
});

for (const summary of [undefined, "auto"]) {
  test(`stream gives the same in pieces, summary ${summary}`, async () => {
    // Its own `reasoning` option is dropped for models whose names it does not know.
    const model = chat("greeting", summary ? { modelKwargs: { reasoning: { summary } } } : {});
    let whole;
    for await (const chunk of await model.stream("Hello!")) whole = whole?.concat(chunk) ?? chunk;

    assert.equal(textOf(whole), "Hello, wörld 🌍!");
    assert.equal(whole.usage_metadata.total_tokens, 17);
    if (summary) {
      const said = whole.additional_kwargs.reasoning.summary.map(({ text }) => text).join("");
      assert.equal(said, "A greeting; I greet back.");
    }
  });
}

for (const previous of [false, true]) {
  test(`bound tools go through two rounds, previous_response_id ${previous}`, async () => {
    const model = chat("weather").bindTools(tools);
    let messages = [new HumanMessage(user[0].content)];
    const called = [];
    let reply = await model.invoke(messages);
    while (reply.tool_calls.length > 0) {
      if (previous) messages = [];
      else messages.push(reply);
      for (const call of reply.tool_calls) {
        called.push(call.name);
        const result = await tools.find((known) => known.name === call.name).invoke(call.args);
        messages.push(new ToolMessage({ content: result, tool_call_id: call.id }));
      }
      const options = previous ? { previous_response_id: reply.response_metadata.id } : {};
      reply = await model.invoke(messages, options);
    }

    assert.deepEqual(called, ["get_weather", "get_weather", "subtract"]);
    assert.equal(textOf(reply), "Paris is 17 degrees warmer.");
  });
}

test("streamed calls come together", async () => {
  let whole;
  for await (const chunk of await chat("weather").bindTools(tools).stream(user)) whole = whole?.concat(chunk) ?? chunk;

  assert.deepEqual(
    whole.tool_calls.map(({ name, args }) => [name, args]),
    [
      ["get_weather", { city: "Paris" }],
      ["get_weather", { city: "Oslo" }],
    ],
  );
});

test("structured output is parsed", async () => {
  const schema = z.object({ name: z.string(), minutes: z.number(), steps: z.array(z.string()) });
  const reply = await chat("recipe").withStructuredOutput(schema, { method: "jsonSchema" }).invoke("A recipe");

  assert.deepEqual(reply, recipe);
});
