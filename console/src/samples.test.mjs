// The generated code is run: by the shell with a curl that prints its arguments, by Python's parser, by node's.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { callOf } from "./conversation.ts";
import { firstLine, sample } from "./samples.ts";

const nasty = "It's \"quoted\", $HOME `id` \\n\nsecond line\t\u2028 </script> 🌍 ''' {x} %s !!";
const conversation = (api, more = {}) => ({
  api,
  model: "step-3.7-flash",
  system: "Be 'brief'.",
  temperature: 0.5,
  maxTokens: 200,
  effort: "low",
  turns: [
    { role: "user", text: nasty },
    { role: "assistant", text: "Yes." },
    { role: "user", text: "And?" },
  ],
  ...more,
});
const origin = "https://llm.example.org:8443";
const apis = ["chat", "messages", "responses"];

// What curl would have been called with.
function argumentsOf(script) {
  const fake = `curl() { for a in "$@"; do printf '%s\\0' "$a"; done; }\n`;
  return execFileSync("sh", ["-c", fake + script], { env: { TRILOGUE_API_KEY: "sk-1" }, encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
}

for (const api of apis) {
  test(`curl for ${api} sends the request as it is`, () => {
    const words = argumentsOf(sample("curl", conversation(api), origin));
    const { path, body } = callOf(conversation(api), true);

    assert.ok(words.includes(origin + path));
    assert.deepEqual(JSON.parse(words.at(-1)), body);
    assert.ok(words.includes(api === "messages" ? "x-api-key: sk-1" : "Authorization: Bearer sk-1"));
  });

  test(`Python for ${api} says the same arguments`, () => {
    const code = sample("python", conversation(api), origin);
    const reader = `
import ast, json, sys
tree = ast.parse(sys.stdin.read())
call = next(n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "create")
print(json.dumps({k.arg: ast.literal_eval(k.value) for k in call.keywords}))`;
    const said = execFileSync("python3", ["-c", reader], { input: code, encoding: "utf8" });

    assert.deepEqual(JSON.parse(said), callOf(conversation(api), false).body);
  });

  test(`JavaScript for ${api} says the same arguments`, async () => {
    const code = sample("javascript", conversation(api), origin);
    let said = null;
    const create = async (body) => ((said = body), { choices: [{ message: {} }], content: [] });
    class Client {
      constructor(options) {
        this.chat = { completions: { create } };
        this.messages = this.responses = { create };
        assert.ok(options.baseURL.startsWith(origin));
      }
    }
    const body = code.replace(/^import .*$/m, "");
    await new (Object.getPrototypeOf(async () => {}).constructor)("OpenAI", "Anthropic", "process", "console", body)(
      Client,
      Client,
      { env: { TRILOGUE_API_KEY: "sk-1" } },
      { log: () => {} },
    );

    assert.deepEqual(said, callOf(conversation(api), false).body);
  });
}

test("what is not set is not sent", () => {
  const bare = { system: "", temperature: null, maxTokens: null, effort: "", turns: [{ role: "user", text: "Hi" }] };
  assert.deepEqual(callOf(conversation("chat", bare), false).body, {
    model: "step-3.7-flash",
    messages: [{ role: "user", content: "Hi" }],
  });
  assert.deepEqual(callOf(conversation("responses", bare), true).body, {
    model: "step-3.7-flash",
    input: [{ role: "user", content: "Hi" }],
    store: false,
    stream: true,
  });
  assert.equal(callOf(conversation("messages", bare), false).body.max_tokens, 1024);
});

test("the first line works with the key in it", () => {
  const words = argumentsOf(firstLine(origin, "step-3.7-flash", "sk-tri-abc_-123"));
  assert.deepEqual(words.slice(0, 3), [`${origin}/v1/chat/completions`, "-H", "Authorization: Bearer sk-tri-abc_-123"]);
  assert.equal(JSON.parse(words.at(-1)).model, "step-3.7-flash");
});
