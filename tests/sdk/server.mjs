// Starts the real server on a free port, for one test file. Its models are stories (docs/canon.md), played by the
// scripted engine, or the bundled model. TRILOGUE_URL points the tests of the bundled model at a running server.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const binary = resolve(process.env.TRILOGUE_BINARY ?? join(import.meta.dirname, "../../build/release/trilogue"));
const startLimit = 60_000;

// The environment without our own variables: the server would read them as settings.
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TRILOGUE_")));
}

export class Server {
  constructor(url, child, folder) {
    Object.assign(this, { url, child, folder, lines: [], waiting: [] });
  }

  get base() {
    return `${this.url}/v1`;
  }

  hear(line) {
    this.lines.push(line);
    this.waiting = this.waiting.filter(({ pattern, found }) => !(pattern.test(line) && (found(line), true)));
  }

  // The first log line that fits, past or to come.
  logged(pattern) {
    const past = this.lines.find((line) => pattern.test(line));
    return past ? Promise.resolve(past) : new Promise((found) => this.waiting.push({ pattern, found }));
  }

  // Ends the server with SIGTERM; gives its exit status.
  async stop() {
    if (!this.child) return 0;
    const ended = new Promise((done) => this.child.once("exit", (code, signal) => done(code ?? signal)));
    this.child.kill("SIGTERM");
    const status = await ended;
    rmSync(this.folder, { recursive: true });
    return status;
  }
}

async function start(flags, environment, folder) {
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0", ...flags], {
    env: { ...cleanEnvironment(), TRILOGUE_DATA: "none", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const server = new Server("", child, folder);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
    for (const line of text.split("\n")) server.hear(line);
  });
  await new Promise((ready, failed) => {
    const timer = setTimeout(() => failed(new Error(`no address within ${startLimit} ms:\n${said}`)), startLimit);
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`${binary} ended with ${code}:\n${said}`)));
    let screen = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      screen += text;
      const address = /address\s+(https?:\/\/\S+)/.exec(screen);
      if (!address) return;
      server.url = address[1];
      clearTimeout(timer);
      ready();
    });
  });
  return server;
}

// { name: "story text" } → a server with these models and no other.
export function startStories(stories, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "trilogue-sdk-"));
  const flags = Object.entries(stories).flatMap(([name, story]) => {
    const file = join(folder, `${name}.story`);
    writeFileSync(file, story);
    return ["--model", `${name}=${file}`];
  });
  return start(flags, { TRILOGUE_BUNDLED_MODEL: "false", ...environment }, folder);
}

export function startBundled() {
  if (process.env.TRILOGUE_URL) return new Server(process.env.TRILOGUE_URL.replace(/\/+$/, ""), null, null);
  return start([], {}, mkdtempSync(join(tmpdir(), "trilogue-sdk-")));
}
