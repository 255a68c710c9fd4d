// The clients of Messages with the bundled model: text, thinking, tools and counts from a model that really runs. With
// TRILOGUE_URL, any running server is asked instead.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAnthropic } from "@ai-sdk/anthropic";
import Anthropic from "@anthropic-ai/sdk";
import { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage } from "@langchain/core/messages";
import { generateText, stepCountIs, streamText, tool } from "ai";
import OpenAI from "openai";
import { z } from "zod";
import { startBundled } from "./server.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

const model = "step-3.5-flash";
const question = "What is the weather in Oslo?";
const input_schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = { name: "get_weather", description: "Current weather in a city", input_schema };
const thinking = { type: "enabled", budget_tokens: 1024 };
const user = (content) => ({ role: "user", content });
let server, client, request;

before(async () => {
  server = await startBundled();
  const apiKey = process.env.TRILOGUE_KEY ?? "unused";
  client = new Anthropic({ apiKey, baseURL: server.url, maxRetries: 0 });
  request = { model, max_tokens: 2000, temperature: 0, messages: [user("Hello!")] };
});
after(async () => assert.equal(await server.stop(), 0));

const prompt = (usage) => usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens;

async function assertCounted(body) {
  const { max_tokens, temperature, ...counted } = body;
  const [{ input_tokens }, reply] = [await client.messages.countTokens(counted), await client.messages.create(body)];
  assert.equal(input_tokens, prompt(reply.usage));
  return reply;
}

test("the documents' request answers", async () => {
  const message = await client.messages.create({
    model,
    max_tokens: 1024,
    temperature: 0, // by chance a tiny model now and then does not find an end
    system: "You are an AI chat assistant.",
    messages: [user("Introduce yourself in one sentence.")],
  });

  assert.ok(message.content[0].text.length > 5);
  assert.equal(message.stop_reason, "end_turn");
});

test("the stream is the reply, at temperature 0", async () => {
  const reply = await client.messages.create({ ...request, thinking });
  const streamed = await client.messages.stream({ ...request, thinking }).finalMessage();

  assert.deepEqual(streamed.content, reply.content);
  assert.ok(reply.content[0].thinking.length > 0);
  assert.equal(streamed.usage.output_tokens, reply.usage.output_tokens);
  assert.equal(prompt(streamed.usage), prompt(reply.usage));
});

test("Chat Completions says the same of the same conversation", async () => {
  const openai = new OpenAI({ apiKey: client.apiKey, baseURL: server.base, maxRetries: 0 });
  const chat = await openai.chat.completions.create({
    model,
    max_tokens: 2000,
    temperature: 0,
    messages: [{ role: "system", content: "Be kind." }, ...request.messages],
  });
  const reply = await client.messages.create({ ...request, system: "Be kind.", thinking });

  assert.equal(reply.content[0].thinking, chat.choices[0].message.reasoning);
  assert.equal(reply.content[1].text, chat.choices[0].message.content);
  assert.equal(prompt(reply.usage), chat.usage.prompt_tokens);
  assert.equal(reply.usage.output_tokens, chat.usage.completion_tokens);
});

test("disabled thinking is none", async () => {
  const reply = await assertCounted({ ...request, thinking: { type: "disabled" } });

  assert.equal(reply.usage.output_tokens_details.thinking_tokens, 0);
  assert.equal(reply.content.length, 1);
});

test("a round of tools: the thinking goes back or is found again, and each count is exact", async () => {
  const asked = { ...request, thinking, tools: [weather], messages: [user(question)] };
  const reply = await assertCounted(asked);
  const called = reply.content.find(({ type }) => type === "tool_use");
  assert.deepEqual([called.name, called.input], ["get_weather", { city: "Oslo" }]);
  assert.equal(reply.content[0].type, "thinking");

  const result = { type: "tool_result", tool_use_id: called.id, content: "4 degrees and rain" };
  const answered = (content) => ({
    ...asked,
    messages: [...asked.messages, { role: "assistant", content }, user([result])],
  });
  const kept = await assertCounted(answered(reply.content));
  const dropped = await assertCounted(answered([called]));

  assert.equal(kept.stop_reason, "end_turn");
  assert.ok(kept.content.at(-1).text.length > 0);
  assert.equal(prompt(dropped.usage), prompt(kept.usage));
  assert.deepEqual(dropped.content, kept.content);
});

test("a billing block and a system message in mid-conversation change no prefix", async () => {
  const ask = (billing) =>
    assertCounted({
      ...request,
      system: [
        { type: "text", text: `x-anthropic-billing-header: cch=${billing};` },
        { type: "text", text: "You are a helpful assistant." },
      ],
      messages: [user("Hi"), { role: "assistant", content: "Hello!" }, { role: "system", content: "Be brief." }, user("Who are you?")],
    });
  const [first, second] = [await ask("a1"), await ask("b2")];

  assert.equal(prompt(first.usage), prompt(second.usage));
  assert.equal(second.usage.input_tokens, 1); // all but the last token had been computed
});

test("a choice of tools is kept", async () => {
  const forced = await client.messages.create({
    ...request,
    tools: [weather],
    tool_choice: { type: "tool", name: "get_weather" },
  });
  const none = await assertCounted({
    ...request,
    tools: [weather],
    tool_choice: { type: "none" },
    messages: [user(question)],
  });

  assert.equal(forced.stop_reason, "tool_use");
  assert.equal(typeof forced.content.at(-1).input.city, "string");
  assert.notEqual(none.stop_reason, "tool_use");
});

test("an answer follows its schema", async () => {
  const schema = { type: "object", properties: { answer: { enum: ["yes", "no"] } }, required: ["answer"], additionalProperties: false };
  const reply = await assertCounted({ ...request, output_config: { format: { type: "json_schema", schema } } });

  assert.ok(["yes", "no"].includes(JSON.parse(reply.content.at(-1).text).answer));
});

test("a stop sequence ends the text and is named", async () => {
  const whole = (await client.messages.create(request)).content[0].text;
  const stop = whole.split(" ")[2];
  const reply = await client.messages.create({ ...request, stop_sequences: [stop] });

  assert.equal(reply.stop_sequence, stop);
  assert.equal(reply.content[0].text, whole.slice(0, whole.indexOf(stop)));
});

test("max_tokens cuts, also in the thinking", async () => {
  const reply = await client.messages.create({ ...request, max_tokens: 2, thinking: { type: "adaptive" } });

  assert.equal(reply.stop_reason, "max_tokens");
  assert.equal(reply.usage.output_tokens, 2);
});

test("@ai-sdk/anthropic: text, reasoning, and a tool", async () => {
  const provider = createAnthropic({ apiKey: client.apiKey, baseURL: server.base })(model);
  const asked = {
    model: provider,
    temperature: 0,
    maxRetries: 0,
    maxOutputTokens: 2000,
    providerOptions: { anthropic: { thinking: { type: "enabled", budgetTokens: 1024 } } },
  };
  const reply = await generateText({ ...asked, prompt: "What is 12 + 30?" });
  const streamed = streamText({ ...asked, prompt: "What is 12 + 30?" });
  assert.equal(await streamed.text, reply.text);
  assert.equal(await streamed.reasoningText, reply.reasoningText);
  assert.ok(reply.reasoningText.length > 0);

  const cities = [];
  const get_weather = tool({
    description: weather.description,
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => (cities.push(city), "4 degrees and rain"),
  });
  const answer = await generateText({ ...asked, prompt: question, tools: { get_weather }, stopWhen: stepCountIs(3) });
  assert.deepEqual(cities, ["Oslo"]);
  assert.ok(answer.text.length > 0);
});

test("@langchain/anthropic: text and a bound tool", async () => {
  const chat = new ChatAnthropic({
    model,
    temperature: 0,
    apiKey: client.apiKey,
    anthropicApiUrl: server.url,
    maxRetries: 0,
    maxTokens: 2000,
  });
  const called = await chat.bindTools([weather]).invoke([new HumanMessage(question)]);

  assert.ok((await chat.invoke("Hello!")).text.length > 0);
  assert.deepEqual(called.tool_calls.map(({ name, args }) => [name, args]), [["get_weather", { city: "Oslo" }]]);
});
