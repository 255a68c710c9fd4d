// What the official packages promise their users, for the oracle test: one property for each kind of reply.
import type Anthropic from "@anthropic-ai/sdk";
import type OpenAI from "openai";

export interface Oracle {
  chat: OpenAI.Chat.ChatCompletion;
  chatChunk: OpenAI.Chat.ChatCompletionChunk;
  response: OpenAI.Responses.Response;
  responseEvent: OpenAI.Responses.ResponseStreamEvent;
  message: Anthropic.Message;
  messageEvent: Anthropic.RawMessageStreamEvent;
}
