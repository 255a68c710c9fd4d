// One answer in the playground while it comes: what has been said so far, the events behind it, and how fast it went.
// The stream may bring hundreds of events a second; the page is told once a frame.

import { useEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "./admin.ts";
import type { Conversation, Piece } from "./conversation.ts";
import { type Timed, converse } from "./dialogue.ts";
import { tokensPerSecond } from "./speed.ts";

export interface Answer {
  text: string;
  reasoning: string;
  events: Timed[];
  traceId: string | null;
  firstTokenMs: number | null;
  lastTokenMs: number;
  outputTokens: number;
  finish: string | null; // the API's word, or "stopped" by the reader
  failure: string | null;
}

const nothing: Answer = {
  text: "",
  reasoning: "",
  events: [],
  traceId: null,
  firstTokenMs: null,
  lastTokenMs: 0,
  outputTokens: 0,
  finish: null,
  failure: null,
};

export const speedOf = (answer: Answer): number | null =>
  tokensPerSecond(answer.outputTokens, answer.lastTokenMs - (answer.firstTokenMs ?? 0));

function withPiece(answer: Answer, piece: Piece, atMs: number): Answer {
  const spoke = Boolean(piece.text || piece.reasoning);
  return {
    ...answer,
    text: answer.text + (piece.text ?? ""),
    reasoning: answer.reasoning + (piece.reasoning ?? ""),
    firstTokenMs: answer.firstTokenMs ?? (spoke ? atMs : null),
    lastTokenMs: spoke ? atMs : answer.lastTokenMs,
    outputTokens: piece.outputTokens ?? answer.outputTokens,
    finish: piece.finish ?? answer.finish,
    failure: piece.failure ?? answer.failure,
  };
}

// Plays the answer through `tell`, and returns it whole. Never throws: what goes wrong is the answer's failure.
export async function play(
  conversation: Conversation,
  key: string,
  signal: AbortSignal,
  tell: (answer: Answer) => void,
): Promise<Answer> {
  let answer: Answer = { ...nothing, events: [] };
  try {
    const { traceId, arrivals } = await converse(conversation, key, signal);
    answer = { ...answer, traceId };
    for await (const events of arrivals) {
      for (const { piece, atMs } of events) if (piece) answer = withPiece(answer, piece, atMs);
      answer.events.push(...events); // the one list grows: copies of it would cost the square of its length
      answer = { ...answer };
      tell(answer);
    }
    return answer;
  } catch (error) {
    return signal.aborted ? { ...answer, finish: "stopped" } : { ...answer, failure: inWords(error) };
  }
}

function inWords(error: unknown): string {
  if (error instanceof Refusal) return error.status > 0 ? `${error.status}: ${error.message}` : error.message;
  return "The connection was lost";
}

interface Run {
  answer: Answer | null;
  running: boolean;
  start: (conversation: Conversation, key: string) => Promise<Answer>;
  stop: () => void;
  forget: () => void;
}

export function useRun(before: Answer | null): Run {
  const [answer, setAnswer] = useState<Answer | null>(before);
  const [running, setRunning] = useState(false);
  const abort = useRef<AbortController | null>(null);
  const frame = useRef(0);
  useEffect(() => () => abort.current?.abort(), []); // leaving the page stops the generation

  const start = async (conversation: Conversation, key: string) => {
    const controller = new AbortController();
    abort.current = controller;
    setRunning(true);
    setAnswer(nothing);
    const whole = await play(conversation, key, controller.signal, (latest) => {
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(() => setAnswer(latest));
    });
    cancelAnimationFrame(frame.current);
    setAnswer(whole);
    setRunning(false);
    return whole;
  };
  return { answer, running, start, stop: () => abort.current?.abort(), forget: () => setAnswer(null) };
}
