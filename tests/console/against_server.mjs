// Runs test files against the real server, with the bundled model and a data directory that goes away again:
//     node against_server.mjs BINARY FILE...
// Ends with the tests' status; with 1 when the server did not end well.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [binary, ...files] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "trilogue-console-"));
const startLimit = 60_000;

// Without our own variables: the server would read them as settings.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TRILOGUE_")));

// The address and the link's token, from what the server prints when it is ready.
function ready(server) {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`no address within ${startLimit} ms`)), startLimit);
    server.once("exit", (code) => failed(new Error(`${binary} ended with ${code}`)));
    let screen = "";
    server.stdout.setEncoding("utf8").on("data", (text) => {
      screen += text;
      const [, url, token] = /console\s+(\S+)\/console#token=(\S+)/.exec(screen) ?? [];
      if (!url) return;
      clearTimeout(timer);
      done({ url, token });
    });
  });
}

const flags = ["serve", "--listen", "127.0.0.1:0", "--data", folder];
const server = spawn(binary, flags, { env: environment, stdio: ["ignore", "pipe", "ignore"] });
try {
  const { url, token } = await ready(server);
  const adminToken = readFileSync(join(folder, "admin.token"), "utf8").trim();
  const settings = { TRILOGUE_URL: url, TRILOGUE_ADMIN_TOKEN: adminToken, TRILOGUE_LINK_TOKEN: token };
  const tests = spawn(process.execPath, ["--test", "--test-concurrency=1", ...files], {
    env: { ...process.env, ...settings },
    stdio: "inherit",
  });
  const [status] = await once(tests, "exit");
  server.removeAllListeners("exit").kill("SIGTERM");
  const [ended] = await once(server, "exit");
  process.exitCode = status || ended;
} finally {
  server.kill("SIGKILL");
  rmSync(folder, { recursive: true });
}
