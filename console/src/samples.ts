// The request of a conversation as code that can be pasted and run: curl, Python and JavaScript, with the official
// clients. Keys are never written into them: they come from the environment. Pure.

import type { Api } from "./admin.ts";
import { type Conversation, callOf } from "./conversation.ts";

export type Language = "curl" | "python" | "javascript";

export const languageNames: Record<Language, string> = { curl: "curl", python: "Python", javascript: "JavaScript" };

export function sample(language: Language, conversation: Conversation, origin: string): string {
  const { path, body } = callOf(conversation, false);
  switch (language) {
    case "curl":
      return curl(origin + path, callOf(conversation, true).body, conversation.api);
    case "python":
      return python[conversation.api](origin, pythonArguments(body));
    case "javascript":
      return javascript[conversation.api](origin, JSON.stringify(body, null, 2));
  }
}

// The line that shows a new key at work; the key itself is in it, since it is shown beside it anyway.
export function firstLine(origin: string, model: string, key: string): string {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello, who are you?" }] });
  return [
    `curl ${shellQuoted(`${origin}/v1/chat/completions`)}`,
    `-H ${shellQuoted(`Authorization: Bearer ${key}`)}`,
    "-H 'Content-Type: application/json'",
    `-d ${shellQuoted(body)}`,
  ].join(" \\\n  ");
}

function shellQuoted(text: string): string {
  return /^[\w:/.,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function curl(address: string, body: unknown, api: Api): string {
  return [
    `curl -N ${shellQuoted(address)}`,
    `-H "${api === "messages" ? "x-api-key:" : "Authorization: Bearer"} $TRILOGUE_API_KEY"`,
    "-H 'Content-Type: application/json'",
    `-d ${shellQuoted(JSON.stringify(body, null, 2))}`,
  ].join(" \\\n  ");
}

// A JSON value as Python writes it, indented by `depth` steps.
function pythonValue(value: unknown, depth: number): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  // JSON's string escapes are Python's too, a pair of surrogates excepted, which JSON.stringify does not write.
  if (typeof value !== "object") return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Array.isArray(value)
    ? value.map((item) => pythonValue(item, depth + 1))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${pythonValue(item, depth + 1)}`);
  if (parts.length === 0) return `${open}${close}`;
  const step = "    ";
  const oneLine = `${open}${parts.join(", ")}${close}`;
  if (oneLine.length <= 76 - depth * step.length && !oneLine.includes("\n")) return oneLine;
  return `${open}\n${parts.map((part) => `${step.repeat(depth + 1)}${part},\n`).join("")}${step.repeat(depth)}${close}`;
}

function pythonArguments(body: Record<string, unknown>): string {
  return Object.entries(body)
    .map(([name, value]) => `    ${name}=${pythonValue(value, 1)},\n`)
    .join("");
}

const pythonOpenai = (origin: string) => `import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["TRILOGUE_API_KEY"])
`;

const python: Record<Api, (origin: string, parameters: string) => string> = {
  chat: (origin, parameters) => `${pythonOpenai(origin)}
answer = client.chat.completions.create(
${parameters})
print(answer.choices[0].message.content)
`,
  messages: (origin, parameters) => `import os
from anthropic import Anthropic

client = Anthropic(base_url="${origin}", api_key=os.environ["TRILOGUE_API_KEY"])

message = client.messages.create(
${parameters})
print("".join(block.text for block in message.content if block.type == "text"))
`,
  responses: (origin, parameters) => `${pythonOpenai(origin)}
response = client.responses.create(
${parameters})
print(response.output_text)
`,
};

const javascriptOpenai = (origin: string) => `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: process.env.TRILOGUE_API_KEY });
`;

const javascript: Record<Api, (origin: string, body: string) => string> = {
  chat: (origin, body) => `${javascriptOpenai(origin)}
const answer = await client.chat.completions.create(${body});
console.log(answer.choices[0].message.content);
`,
  messages: (origin, body) => `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: "${origin}", apiKey: process.env.TRILOGUE_API_KEY });

const message = await client.messages.create(${body});
console.log(message.content.map((block) => (block.type === "text" ? block.text : "")).join(""));
`,
  responses: (origin, body) => `${javascriptOpenai(origin)}
const response = await client.responses.create(${body});
console.log(response.output_text);
`,
};
