// The three public APIs as streams of events, told by a made-up model: the same story in each, in the shapes that
// tests/golden holds the real server to.
import { randomBytes, randomUUID } from "node:crypto";

const thinking = "The user writes to me. I should answer kindly, say what I am, and keep it short.";
const saying =
  "Hello! I am a stand-in for a language model, here so that the console can be tried without one. " +
  "I know a single answer, but I can stream it in three dialects.";

const words = (text) => text.match(/\S+\s*/g) ?? [];

// What is said to this prompt, in pieces: `slowly` takes a while, `break` fails half-way.
export function storyFor(prompt) {
  if (/\bslowly\b/.test(prompt)) {
    return {
      reasoning: words(thinking),
      text: words("One word after the other. ".repeat(80)),
      pause: 25,
      fails: false,
    };
  }
  return { reasoning: words(thinking), text: words(saying), pause: 4, fails: /\bbreak\b/.test(prompt) };
}

export const promptOf = (api, body) => {
  const turns =
    api === "responses" && typeof body.input === "string"
      ? [{ content: body.input }]
      : (body.messages ?? body.input ?? []);
  return turns.map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content))).join("\n");
};

const data = (value) => `data: ${JSON.stringify(value)}\n\n`;
const event = (value) => `event: ${value.type}\n${data(value)}`;

// Each is a generator of { text, spoke }: bytes to send, and whether they carry a token.
export const streams = {
  *chat(model, story, promptTokens) {
    const id = randomUUID();
    const created = Math.floor(Date.now() / 1000);
    let [output, reasoning] = [0, 0];
    const chunk = (delta, finish_reason = "") =>
      data({
        id,
        object: "chat.completion.chunk",
        created,
        model,
        choices: [{ index: 0, delta: { role: "assistant", content: "", ...delta }, finish_reason }],
        usage: {
          prompt_tokens: promptTokens,
          completion_tokens: output,
          total_tokens: promptTokens + output,
          cached_tokens: 0,
          completion_tokens_details: { reasoning_tokens: reasoning },
          prompt_tokens_details: { cached_tokens: 0 },
        },
      });
    yield { text: chunk({}) };
    for (const word of story.reasoning)
      (output++, reasoning++, yield { text: chunk({ reasoning: word }), spoke: "reasoning" });
    for (const [at, word] of story.text.entries()) {
      if (story.fails && at === 5)
        return yield {
          text: data({ error: { message: "the engine failed", type: "server_error", param: null, code: null } }),
        };
      output++;
      yield { text: chunk({ content: word }), spoke: "text" };
    }
    yield { text: chunk({}, "stop") };
    yield { text: "data: [DONE]\n\n" };
  },

  *messages(model, story, promptTokens) {
    let output = 0;
    const usage = () => ({
      input_tokens: promptTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: output,
    });
    const message = {
      id: `msg_${randomBytes(12).toString("hex")}`,
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: usage(),
    };
    yield { text: event({ type: "message_start", message }) };
    const blocks = [
      [
        "thinking",
        story.reasoning,
        (word) => ({ type: "thinking_delta", thinking: word }),
        { thinking: "", signature: "" },
      ],
      ["text", story.text, (word) => ({ type: "text_delta", text: word }), { text: "" }],
    ];
    for (const [index, [type, pieces, delta, empty]] of blocks.entries()) {
      yield { text: event({ type: "content_block_start", index, content_block: { type, ...empty } }) };
      for (const [at, word] of pieces.entries()) {
        if (story.fails && type === "text" && at === 5) {
          return yield {
            text: event({ type: "error", error: { type: "api_error", message: "the engine failed" }, request_id: "0" }),
          };
        }
        output++;
        yield {
          text: event({ type: "content_block_delta", index, delta: delta(word) }),
          spoke: type === "text" ? "text" : "reasoning",
        };
      }
      yield { text: event({ type: "content_block_stop", index }) };
    }
    yield {
      text: event({
        type: "message_delta",
        stop_reason: "end_turn",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: usage(),
      }),
    };
    yield { text: event({ type: "message_stop" }) };
  },

  *responses(model, story, promptTokens) {
    let [number, output] = [0, 0];
    const send = (type, fields) => ({ text: event({ type, sequence_number: number++, ...fields }) });
    const response = {
      id: `resp_${randomBytes(16).toString("hex")}`,
      object: "response",
      created_at: Math.floor(Date.now() / 1000),
      model,
      status: "in_progress",
      error: null,
      incomplete_details: null,
      output: [],
      store: false,
    };
    yield send("response.created", { response });
    yield send("response.in_progress", { response });
    const items = [
      {
        id: "rs_1",
        part: "reasoning_part",
        delta: "reasoning_text",
        pieces: story.reasoning,
        spoke: "reasoning",
        item: { type: "reasoning", summary: [] },
      },
      {
        id: "msg_2",
        part: "content_part",
        delta: "output_text",
        pieces: story.text,
        spoke: "text",
        item: { type: "message", role: "assistant", content: [] },
      },
    ];
    for (const [output_index, { id, part, delta, pieces, spoke, item }] of items.entries()) {
      const at = { item_id: id, output_index, content_index: 0 };
      const whole = pieces.join("");
      yield send("response.output_item.added", { output_index, item: { id, status: "in_progress", ...item } });
      yield send(`response.${part}.added`, { ...at, part: { type: delta, text: "" } });
      for (const [place, word] of pieces.entries()) {
        if (story.fails && spoke === "text" && place === 5) {
          return yield send("response.failed", {
            response: { ...response, status: "failed", error: { code: "server_error", message: "the engine failed" } },
          });
        }
        output++;
        yield { ...send(`response.${delta}.delta`, { ...at, delta: word }), spoke };
      }
      yield send(`response.${delta}.done`, { ...at, text: whole });
      yield send(`response.${part}.done`, { ...at, part: { type: delta, text: whole } });
      yield send("response.output_item.done", { output_index, item: { id, status: "completed", ...item } });
    }
    const usage = { input_tokens: promptTokens, output_tokens: output, total_tokens: promptTokens + output };
    yield send("response.completed", { response: { ...response, status: "completed", usage } });
  },
};
