// Claude Code and Codex, each as a person would start it, in a folder of its own and with an empty home: the model's first
// word is a call of the agent's own shell tool, its second the end of the work. The scripted engine plays the model,
// so nothing but the agents themselves is needed, and no network.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startStories } from "../sdk/server.mjs";

const programs = join(import.meta.dirname, "node_modules/.bin");
const patience = 120_000;

// One round that makes a file with the agent's shell, then the answer.
const makesAFile = (tool, field) => `
started prompt=100
open reasoning
delta "A file is wanted;"
delta " the shell makes it."
close
open text
delta "I make the file."
close
open call name=${tool} id=call_0123456789abcdefghijkl
delta ${JSON.stringify(`{"${field}":"echo real `)}
delta ${JSON.stringify(`> made.txt","description":"Make the file"}`)}
close
finish tool_calls
---
started prompt=200 cached=100
open text
delta "The file "
delta "is there."
close
finish end_of_turn
`;

// It looks at a picture, which the model does not see.
const looks = `
started prompt=100
open call name=view_image id=call_0123456789abcdefghijkl
delta ${JSON.stringify(`{"path":"picture.png"}`)}
close
finish tool_calls
---
started prompt=200
open text
delta "No picture."
close
finish end_of_turn
`;
const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let server, folder;

before(async () => {
  const stories = { claude: makesAFile("Bash", "command"), codex: makesAFile("exec_command", "cmd"), looks };
  server = await startStories(stories);
});
after(async () => assert.equal(await server.stop(), 0));

// Runs a program in a folder that has a picture only; gives what it printed.
function run(name, args, environment) {
  folder = mkdtempSync(join(tmpdir(), "trilogue-agent-"));
  mkdirSync(join(folder, "home"));
  mkdirSync(join(folder, "work"));
  if (environment.config) writeFileSync(join(folder, "home/config.toml"), environment.config);
  writeFileSync(join(folder, "work/picture.png"), picture, "base64");
  const env = { PATH: process.env.PATH, HOME: join(folder, "home"), CODEX_HOME: join(folder, "home"), ...environment };
  const child = spawn(join(programs, name), args, { cwd: join(folder, "work"), env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "", errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (errors += text));
  const late = setTimeout(() => child.kill("SIGKILL"), patience);
  return new Promise((done) => {
    child.once("exit", (status) => {
      clearTimeout(late);
      done({ status, out, errors });
    });
  });
}

function assertFileWasMade() {
  assert.equal(readFileSync(join(folder, "work/made.txt"), "utf8"), "real\n");
  rmSync(folder, { recursive: true });
}

test("Claude Code calls a tool and finishes", async () => {
  const { status, out, errors } = await run(
    "claude",
    ["-p", "Make a file made.txt with the word real", "--model", "claude", "--allowedTools", "Bash", "--output-format", "json"],
    {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_AUTH_TOKEN: "none",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_TELEMETRY: "1",
    },
  );
  assert.equal(status, 0, out + errors);
  const result = JSON.parse(out);
  assert.equal(result.is_error, false, out);
  assert.equal(result.result, "The file is there.");
  assert.equal(result.num_turns, 2);
  // 100 tokens of the first prompt, 200 of the second, of which 100 came from the cache.
  assert.equal(result.usage.input_tokens + result.usage.cache_read_input_tokens, 300);
  assert.equal(result.usage.cache_read_input_tokens, 100);
  assertFileWasMade();
});

// What happened in a session of Codex, and the items that were completed.
async function runCodex(model, prompt) {
  const config = `
model = "${model}"
model_provider = "trilogue"
[model_providers.trilogue]
name = "Trilogue"
base_url = "${server.base}"
wire_api = "responses"
`;
  const { status, out, errors } = await run(
    "codex",
    ["exec", "--json", "--skip-git-repo-check", "--sandbox", "danger-full-access", prompt],
    { config },
  );
  assert.equal(status, 0, out + errors);
  const events = out.trim().split("\n").map((line) => JSON.parse(line));
  const items = events.filter(({ type }) => type === "item.completed").map(({ item }) => item);
  return { out, events, items };
}

test("Codex calls a tool and finishes", async () => {
  const { out, events, items } = await runCodex("codex", "Make a file made.txt");
  const command = items.find(({ type }) => type === "command_execution");
  assert.equal(command.exit_code, 0, out);
  assert.deepEqual(items.filter(({ type }) => type === "reasoning").map(({ text }) => text), [
    "A file is wanted; the shell makes it.",
  ]);
  assert.equal(items.at(-1).text, "The file is there.");
  const { usage } = events.find(({ type }) => type === "turn.completed");
  assert.equal(usage.input_tokens, 300);
  assert.equal(usage.cached_input_tokens, 100);
  assertFileWasMade();
});

test("Codex goes on after a picture that the model does not see", async () => {
  const { out, items } = await runCodex("looks", "Look at picture.png");
  assert.equal(items.at(-1).text, "No picture.", out);
  rmSync(folder, { recursive: true });
});
