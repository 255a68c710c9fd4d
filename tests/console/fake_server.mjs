// A server that speaks docs/admin.yaml and streams the three APIs, in memory and without a model: what the console is
// tried against where there is no real one.
//     node fake_server.mjs [PORT] [--seeded]       prints its address, its admin token and a link
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Platform, Refused } from "./fake_platform.mjs";
import { promptOf, storyFor, streams } from "./fake_streams.mjs";

const dist = fileURLToPath(new URL("../../console/dist/", import.meta.url));
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// As the real server must send them.
function pageHeaders(name, body) {
  return {
    "Content-Type": types[extname(name)],
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    ETag: `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`,
  };
}

function servePage(request, response, path) {
  const name = path === "/console" ? "index.html" : path.slice("/console/".length);
  if (!readdirSync(dist).includes(name)) throw new Refused(404, "not_found", "There is no such page");
  const body = readFileSync(join(dist, name));
  const headers = pageHeaders(name, body);
  if (request.headers["if-none-match"] === headers.ETag) return void response.writeHead(304, headers).end();
  response.writeHead(200, headers).end(body);
}

const read = async (request) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refused(400, "request_params_invalid", "The body is not JSON");
  }
};

const reply = (response, status, body, headers = {}) => {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(status === 204 ? undefined : JSON.stringify(body));
};

const cookieOf = (request) => /(?:^|; )trilogue_session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];

function authorize(platform, request) {
  if (request.headers.authorization === `Bearer ${platform.adminToken}`) return;
  const session = platform.sessions.get(cookieOf(request));
  if (!session) throw new Refused(401, "invalid_api_key", "Please sign in");
  if (request.method !== "GET" && request.headers["x-trilogue-csrf"] !== session.csrf) {
    throw new Refused(403, "permission_denied", "The header X-Trilogue-Csrf is missing or wrong");
  }
}

async function serveAdmin(platform, request, response, path, query) {
  const at = `${request.method} ${path.replace(/(?:key|acct)_\w+|\d+$/, "{id}")}`;
  const id = /(?:(?:key|acct)_\w+|\d+)$|key_\w+/.exec(path)?.[0];
  if (at === "POST /session") {
    const { id: session, session: body } = platform.signIn((await read(request)).token);
    return reply(response, 200, body, {
      "Set-Cookie": `trilogue_session=${session}; HttpOnly; SameSite=Strict; Path=/`,
    });
  }
  authorize(platform, request);
  const answers = {
    "GET /session": () => [200, platform.sessions.get(cookieOf(request))],
    "DELETE /session": () => (platform.sessions.delete(cookieOf(request)), [204]),
    "GET /keys": () => [200, { object: "list", data: platform.keys.map((key) => platform.shown(key)) }],
    "POST /keys": async () => [201, platform.create(await read(request))],
    "GET /keys/{id}": () => [200, platform.shown(platform.find(id))],
    "POST /keys/{id}": async () => [200, platform.change(id, await read(request))],
    "POST /keys/{id}/revoke": () => [200, platform.revoke(id)],
    "POST /keys/{id}/rotate": () => [200, platform.rotate(id)],
    "GET /accounts": () => [200, { object: "list", data: platform.accounts.map((one) => platform.shownAccount(one)) }],
    "POST /accounts": async () => [201, platform.createAccount(await read(request))],
    "POST /accounts/{id}": async () => [200, platform.changeAccount(id, await read(request))],
    "GET /requests/{id}": () => [200, platform.request(Number(id))],
    "GET /usage": () => [200, platform.usage(query)],
    "GET /requests": () => [200, platform.requests(query)],
    "GET /status": () => [200, platform.status()],
  };
  if (!answers[at]) throw new Refused(404, "not_found", "There is no such path");
  const [status, body] = await answers[at]();
  reply(response, status, body);
}

const apiPaths = { "/v1/chat/completions": "chat", "/v1/messages": "messages", "/v1/responses": "responses" };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function serveApi(platform, request, response, api) {
  const secret = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? request.headers["x-api-key"];
  const body = await read(request);
  const caller = platform.admit(secret, body.model);
  const story = storyFor(promptOf(api, body));
  const trace = randomBytes(16).toString("hex");
  const arrived = Date.now();
  const spent = {
    prompt_tokens: 9 + Math.ceil(promptOf(api, body).length / 4),
    completion_tokens: 0,
    reasoning_tokens: 0,
  };
  let [first, outcome] = [0, "ok"];
  response.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Trace-Id": trace,
  });
  platform.running++;
  for (const { text, spoke } of streams[api](body.model, story, spent.prompt_tokens)) {
    if (spoke) {
      await pause(story.pause);
      first ||= Date.now() - arrived;
      spent.completion_tokens++;
      platform.output++;
      if (spoke === "reasoning") spent.reasoning_tokens++;
    }
    if (response.destroyed || (caller.key?.revoked_at ?? null) !== null) {
      outcome = response.destroyed ? "cancelled" : "unauthorized";
      break;
    }
    if (story.fails) outcome = "internal";
    response.write(text);
  }
  response.end();
  platform.running--;
  platform.settle(caller, {
    trace_id: trace,
    model: body.model,
    api,
    outcome,
    arrived_at_ms: arrived,
    first_token_ms: first,
    total_ms: Date.now() - arrived,
    ...spent,
  });
}

async function answer(platform, request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const path = pathname.length > 1 ? pathname.replace(/\/$/, "") : pathname;
  try {
    if (path === "/console" || path.startsWith("/console/")) return servePage(request, response, path);
    if (path.startsWith("/admin/v1/"))
      return await serveAdmin(
        platform,
        request,
        response,
        path.slice("/admin/v1".length),
        Object.fromEntries(searchParams),
      );
    if (request.method === "POST" && apiPaths[path]) return await serveApi(platform, request, response, apiPaths[path]);
    throw new Refused(404, "not_found", "There is no such path");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { status, type, message, param, headers } = error;
    const body =
      path === "/v1/messages"
        ? { type: "error", error: { type, message }, request_id: "" }
        : { error: { message, type, param, code: null } };
    reply(response, status, body, headers);
  }
}

// { url, platform, close }: `platform` lets a test look behind the pages, and break things.
export async function startFake({ port = 0, seeded = false } = {}) {
  const platform = new Platform({ seeded });
  const server = createServer((request, response) => answer(platform, request, response));
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, platform, close };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, platform } = await startFake({
    port: Number(process.argv[2] ?? 0),
    seeded: process.argv.includes("--seeded"),
  });
  console.log(`${url}\nadmin token  ${platform.adminToken}\nlink         ${url}/console#token=${platform.linkToken}`);
}
