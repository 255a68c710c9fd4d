// A conversation as the playground keeps it, in the words of each of the three APIs: the request that continues it,
// and what the events of the answer say. Pure: dialogue.ts sends it, samples.ts writes it as code.

import type { Api } from "./admin.ts";
import type { ServerEvent } from "./sse.ts";

export interface Turn {
  role: "user" | "assistant";
  text: string;
  reasoning?: string;
}

export interface Conversation {
  api: Api;
  model: string;
  system: string;
  turns: Turn[];
  temperature: number | null; // null: the API's default
  maxTokens: number | null;
  effort: string; // "": the model's default
}

export interface Call {
  path: string;
  body: Record<string, unknown>;
}

// What one event adds to the answer. `failure` ends it.
export interface Piece {
  text?: string;
  reasoning?: string;
  finish?: string;
  outputTokens?: number;
  failure?: string;
}

const messagesNeedLimit = 1024; // Messages has no default for max_tokens

export function callOf(conversation: Conversation, stream: boolean): Call {
  const { model, temperature } = conversation;
  const shared = { model, ...(temperature === null ? {} : { temperature }), ...(stream ? { stream: true } : {}) };
  return writers[conversation.api](conversation, shared);
}

type Writer = (conversation: Conversation, shared: Record<string, unknown>) => Call;

const spoken = (turns: Turn[]) => turns.map(({ role, text }) => ({ role, content: text }));

const writers: Record<Api, Writer> = {
  chat: ({ system, turns, maxTokens, effort }, { stream, ...shared }) => ({
    path: "/v1/chat/completions",
    body: {
      ...shared,
      messages: [...(system ? [{ role: "system", content: system }] : []), ...spoken(turns)],
      ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
      ...(effort ? { reasoning_effort: effort } : {}),
      ...(stream ? { stream } : {}),
    },
  }),

  messages: ({ system, turns, maxTokens, effort }, { stream, ...shared }) => ({
    path: "/v1/messages",
    body: {
      ...shared,
      max_tokens: maxTokens ?? messagesNeedLimit,
      ...(system ? { system } : {}),
      messages: spoken(turns),
      thinking: { type: "adaptive" },
      ...(effort ? { output_config: { effort } } : {}),
      ...(stream ? { stream } : {}),
    },
  }),

  responses: ({ system, turns, maxTokens, effort }, { stream, ...shared }) => ({
    path: "/v1/responses",
    body: {
      ...shared,
      ...(system ? { instructions: system } : {}),
      input: spoken(turns),
      ...(maxTokens === null ? {} : { max_output_tokens: maxTokens }),
      ...(effort ? { reasoning: { effort } } : {}),
      store: false,
      ...(stream ? { stream } : {}),
    },
  }),
};

// Nothing for an event that adds nothing: openers, pings, ends of blocks, and whatever is no JSON.
export function pieceOf(api: Api, event: ServerEvent): Piece | null {
  if (event.data === "[DONE]") return null;
  try {
    return readers[api](JSON.parse(event.data));
  } catch {
    return null;
  }
}

// Events are other people's JSON; a reader looks only where the API says something stands.
type Event = any;

const readers: Record<Api, (event: Event) => Piece | null> = {
  chat: (chunk) => {
    if (chunk.error) return { failure: chunk.error.message };
    const choice = chunk.choices?.[0];
    return {
      text: choice?.delta?.content ?? "",
      reasoning: choice?.delta?.reasoning ?? choice?.delta?.reasoning_content ?? "",
      ...(choice?.finish_reason ? { finish: choice.finish_reason } : {}),
      ...(chunk.usage ? { outputTokens: chunk.usage.completion_tokens } : {}),
    };
  },

  messages: (event) => {
    if (event.type === "error") return { failure: event.error.message };
    if (event.type === "content_block_delta")
      return { text: event.delta.text ?? "", reasoning: event.delta.thinking ?? "" };
    if (event.type === "message_delta") {
      return { finish: event.delta.stop_reason, outputTokens: event.usage.output_tokens };
    }
    return null;
  },

  responses: (event) => {
    switch (event.type) {
      case "response.output_text.delta":
        return { text: event.delta };
      case "response.reasoning_text.delta":
      case "response.reasoning_summary_text.delta":
        return { reasoning: event.delta };
      case "response.failed":
        return { failure: event.response.error?.message ?? "The response failed" };
      case "error":
        return { failure: event.message };
      case "response.completed":
      case "response.incomplete":
        return {
          finish: event.response.incomplete_details?.reason ?? event.response.status,
          outputTokens: event.response.usage?.output_tokens,
        };
      default:
        return null;
    }
  },
};
