// Every reply and every event of every golden story, in all three APIs, held to the types that the official packages
// ship. The types are made into JSON Schema here, so a new version of a package brings its own law.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Ajv from "ajv";
import { createGenerator } from "ts-json-schema-generator";
import { startStories } from "./server.mjs";

const golden = join(import.meta.dirname, "../golden");
const names = readdirSync(golden).filter((file) => file.endsWith(".story")).map((file) => file.slice(0, -6));

// Where the documents of the API force another shape than the types have; nothing else may differ. Each entry changes
// a copy of what was received into what the types say.
const exceptions = {
  // The documents' reply has exactly their fields: no `refusal`, and `logprobs` for who asks for them.
  chat(reply) {
    for (const choice of reply.choices) {
      choice.logprobs ??= null;
      choice.message.refusal ??= null;
    }
  },
  // "finish_reason" is "" until the last chunk.
  chatChunk(chunk) {
    for (const choice of chunk.choices) if (choice.finish_reason === "") choice.finish_reason = null;
  },
  // A reasoning item has `content: null`, and in a whole reply `status: null`. `output_text` is made by the package.
  response(response) {
    response.output_text = "";
    // Null when the request had none, `usage` while the response runs; OpenAI sends null too, its types say absent.
    const nulls = ["user", "safety_identifier", "prompt_cache_key", "usage"];
    for (const name of nulls) if (response[name] === null) delete response[name];
    for (const item of response.output) exceptions.item(item);
  },
  item(item) {
    if (item.type !== "reasoning") return;
    if (item.content === null) delete item.content;
    if (item.status === null) delete item.status;
  },
  // response.reasoning_part.* is the documents' own; its part and place are those of the official content part.
  responseEvent(event) {
    if (event.response) exceptions.response(event.response);
    if (event.item) exceptions.item(event.item);
    event.type = event.type.replace("reasoning_part", "content_part");
  },
  // `stop_reason` also stands at the top of message_delta: one field more, which the types allow.
};

let server, validators;

function schemas() {
  const generator = createGenerator({
    path: join(import.meta.dirname, "oracle_types.ts"),
    tsconfig: join(import.meta.dirname, "oracle_tsconfig.json"),
    type: "Oracle",
    skipTypeCheck: true,
    additionalProperties: true, // a superset is allowed
  });
  const schema = generator.createSchema("Oracle");
  const ajv = new Ajv({ strict: false, allErrors: false });
  ajv.addSchema(schema, "oracle");
  const parts = Object.keys(schema.definitions.Oracle.properties);
  return Object.fromEntries(parts.map((part) => [part, ajv.compile({ $ref: `oracle#/definitions/Oracle/properties/${part}` })]));
}

function hold(kind, received) {
  const seen = structuredClone(received);
  exceptions[kind]?.(seen);
  const validate = validators[kind];
  assert.ok(validate(seen), `${kind}: ${JSON.stringify(validate.errors?.slice(0, 3))}\n${JSON.stringify(received)}`);
}

before(async () => {
  validators = schemas();
  const stories = Object.fromEntries(names.map((name) => [name, readFileSync(join(golden, `${name}.story`), "utf8")]));
  server = await startStories(stories);
});
after(async () => assert.equal(await server.stop(), 0));

const tools = ["get_weather", "get_time", "write_file"].map((name) => ({ name, parameters: { type: "object" } }));
const turn = [{ role: "user", content: "Hello!" }];
const bodies = {
  "/v1/chat/completions": { messages: turn, tools: tools.map((tool) => ({ type: "function", function: tool })) },
  "/v1/messages": {
    messages: turn,
    max_tokens: 30000,
    thinking: { type: "adaptive" },
    tools: tools.map(({ name, parameters }) => ({ name, input_schema: parameters })),
  },
  "/v1/responses": { input: turn, tools: tools.map((tool) => ({ type: "function", strict: false, ...tool })) },
};
const kinds = {
  "/v1/chat/completions": ["chat", "chatChunk"],
  "/v1/messages": ["message", "messageEvent"],
  "/v1/responses": ["response", "responseEvent"],
};

async function post(path, fields) {
  const reply = await fetch(server.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...bodies[path], ...fields }),
  });
  return { status: reply.status, text: await reply.text() };
}

const eventsOf = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: ") && line !== "data: [DONE]")
    .map((line) => JSON.parse(line.slice(6)));

for (const [path, [whole, event]] of Object.entries(kinds)) {
  test(`${path}: replies are of the official type`, async () => {
    let held = 0;
    for (const name of names) {
      const { status, text } = await post(path, { model: name });
      if (status !== 200) continue; // a story that fails; errors are held to their shape elsewhere
      hold(whole, JSON.parse(text));
      held += 1;
    }
    assert.ok(held >= 15, `only ${held} replies`);
  });

  test(`${path}: events are of the official type`, async () => {
    let held = 0;
    for (const name of names) {
      const { status, text } = await post(path, { model: name, stream: true });
      assert.equal(status, 200, text);
      for (const data of eventsOf(text)) {
        if (data.error && !data.response) continue; // an error in mid-stream is not part of the types
        hold(event, data);
        held += 1;
      }
    }
    assert.ok(held >= 100, `only ${held} events`);
  });
}

test("the oracle refuses what is not of its type", () => {
  const event = { type: "response.in_progress", sequence_number: 1, response: { id: "resp_1", status: "in_progress", output: [] } };
  assert.throws(() => hold("responseEvent", event));
  assert.throws(() => hold("chatChunk", { id: "x", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0 }] }));
  assert.throws(() => hold("message", { id: "msg_1", type: "message", role: "assistant", content: [], usage: {} }));
});
