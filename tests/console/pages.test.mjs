// Each page in what it can do and in each of its states: nothing there, on its way, failed. Needs the fake server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import {
  choose,
  closePage,
  createKey,
  eventually,
  go,
  heading,
  openPage,
  real,
  rowOf,
  signIn,
  startBrowser,
  startServer,
} from "./console.mjs";

describe("pages", { skip: real }, () => {
  let browser;
  before(async () => (browser = await startBrowser()));
  after(() => browser.close());

  // A signed-in page on a server of its own.
  async function console_(options, then) {
    const server = await startServer(options);
    const page = await openPage(browser, server);
    try {
      await signIn(page, server);
      await then(page, server);
    } finally {
      await server.close(); // an open server would keep a failed run from ending
    }
    await closePage(page);
  }

  test("every page says something when there is nothing", () =>
    console_({}, async (page) => {
      await page.getByRole("heading", { name: "No keys yet" }).waitFor();
      await go(page, "Usage");
      await page.getByRole("heading", { name: "Nothing in this range" }).waitFor();
      await go(page, "Requests");
      await page.getByRole("heading", { name: "No requests yet" }).waitFor();
      await go(page, "Playground");
      await page.getByRole("heading", { name: "Say something" }).waitFor();
      assert.equal(await page.getByLabel("Key", { exact: true }).count(), 0); // none is needed
    }));

  test("what is on its way has its place, and what failed can be tried again", () =>
    console_({ seeded: true }, async (page) => {
      for (const [link, path, label] of [
        ["Interface keys", "keys", "Loading keys"],
        ["Usage", "usage", "Loading usage"],
        ["Requests", "requests", "Loading requests"],
        ["Health", "status", "Loading health"],
      ]) {
        await page.goto("/console#/playground");
        let release;
        const released = new Promise((done) => (release = done));
        await page.route(`**/admin/v1/${path}*`, async (route) => {
          await released;
          await route.fulfill({
            status: 500,
            json: { error: { message: `No ${path} today`, type: "server_error", param: null, code: null } },
          });
        });
        await page.goto(`/console#/${link === "Interface keys" ? "keys" : link.toLowerCase()}`);
        await page.getByRole("status", { name: label }).waitFor();
        release();
        await page.getByRole("alert").getByText(`No ${path} today.`).waitFor();
        await page.unroute(`**/admin/v1/${path}*`);
        await page.getByRole("button", { name: "Try again" }).click();
        await page.getByRole("alert").waitFor({ state: "detached" });
      }
      page.faults = page.faults.filter((fault) => !fault.includes("status of 500"));
    }));

  test("health keeps what came last while the server is away", () =>
    console_({ seeded: true }, async (page) => {
      await go(page, "Health");
      await page.getByText("live", { exact: true }).waitFor();
      await page.route("**/admin/v1/status", (route) => route.abort());
      await page.getByText(/The server cannot be reached\. Trying again/).waitFor();
      await page.getByRole("heading", { name: "step-3.7-flash", exact: true }).waitFor();
      await page.unroute("**/admin/v1/status");
      await page.getByText("live", { exact: true }).waitFor();
    }));

  test("a session that has ended leads to the sign-in page, and back to where one was", () =>
    console_({}, async (page, server) => {
      await go(page, "Usage");
      server.platform.sessions.clear();
      await choose(page, "Range", "90 days");
      await page.getByLabel("Admin token").fill(server.adminToken);
      await page.getByRole("button", { name: "Sign in" }).click();
      await heading(page, "Usage");
    }));

  test("a key's form says what is wrong, at the field, before and after sending", () =>
    console_({}, async (page) => {
      await page.getByRole("button", { name: "Create key" }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Requests/min").fill("some");
      await dialog.getByRole("button", { name: "Create key" }).click();
      await dialog.getByText("A name, so that you recognise it").waitFor();
      assert.equal(await dialog.getByLabel("Name").getAttribute("aria-invalid"), "true");
      await eventually(
        () => dialog.getByLabel("Name").evaluate((input) => input === document.activeElement),
        "focus on the first fault",
      );

      await dialog.getByLabel("Name").fill("App");
      await dialog.getByLabel("Requests/min").fill("");
      await page.route("**/admin/v1/keys", (route) =>
        route.fulfill({
          status: 400,
          json: {
            error: {
              message: "at most 7",
              type: "request_params_invalid",
              param: "limits.tokens_per_minute",
              code: null,
            },
          },
        }),
      );
      await dialog.getByRole("button", { name: "Create key" }).click();
      await dialog.getByText("at most 7").waitFor();
      assert.equal(await dialog.getByLabel("Tokens/min").getAttribute("aria-invalid"), "true");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }));

  test("a key with everything keeps everything, and changes", () =>
    console_({}, async (page, server) => {
      await createKey(page, "Everything", async (dialog) => {
        await dialog.getByLabel("Account").fill("team");
        await dialog.getByLabel("Tier").selectOption("v2");
        await dialog.getByLabel("At once").fill("3");
        await dialog.getByLabel("Tokens/min").fill("20k");
        await dialog.getByLabel("Tokens", { exact: true }).fill("1.5M");
        await dialog.getByLabel("Cost (USD)").fill("12.50");
        await dialog.getByLabel("step-3.5-flash-2603").check();
        await dialog.getByLabel("Expires").fill("2099-12-31");
      });
      const key = server.platform.keys[0];
      assert.deepEqual(key.limits, { concurrency: 3, requests_per_minute: null, tokens_per_minute: 20000 });
      assert.deepEqual(
        [key.account, key.tier, key.budget, key.models],
        ["team", "v2", { tokens: 1500000, cost: 12.5 }, ["step-3.5-flash-2603"]],
      );
      assert.equal(key.expires_at, Date.parse("2099-12-31T23:59:59Z") / 1000);

      await page.getByRole("button", { name: "Edit Everything" }).click();
      const dialog = page.getByRole("dialog");
      assert.equal(await dialog.getByLabel("Tokens", { exact: true }).inputValue(), "1500000");
      await dialog.getByLabel("Name").fill("Nearly everything");
      await dialog.getByLabel("At once").fill("");
      await dialog.getByRole("button", { name: "Save changes" }).click();
      await rowOf(page, "Nearly everything").waitFor();
      assert.equal(key.limits.concurrency, null);
      assert.equal(key.limits.tokens_per_minute, 20000);
    }));

  test("an account is made, its keys join it, and its limits change", () =>
    console_({ seeded: true }, async (page, server) => {
      await page.getByRole("button", { name: "Create account" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("crew");
      await dialog.getByLabel("Requests/min").fill("500");
      await dialog.getByRole("button", { name: "Create account" }).click();
      const row = page.getByRole("list", { name: "Accounts" }).getByRole("listitem").filter({ hasText: "crew" });
      await row.getByText("of 500 req/min").waitFor();
      await createKey(page, "Of the crew", async (form) => {
        await form.getByLabel("Account").fill("crew");
        await form.getByLabel("Time limit").fill("2m");
      });
      await row.getByText("1 key", { exact: true }).waitFor();
      assert.equal(server.platform.keys[0].deadline_ms, 120_000);
      await page.getByRole("button", { name: "Edit account crew" }).click();
      await dialog.getByLabel("Requests/min").fill("");
      await dialog.getByLabel("Cost (USD)").fill("25");
      await dialog.getByRole("button", { name: "Save changes" }).click();
      await row.getByText("of $25").waitFor();
      const account = server.platform.accounts.find(({ name }) => name === "crew");
      assert.deepEqual([account.limits.requests_per_minute, account.budget.cost], [null, 25]);
      await page.getByRole("button", { name: "Create account" }).click();
      await dialog.getByLabel("Name").fill("crew");
      await dialog.getByRole("button", { name: "Create account" }).click();
      await dialog.getByText("Another one has the same name").waitFor();
    }));

  test("a key of the configuration is shown and left alone", () =>
    console_({}, async (page, server) => {
      await createKey(page, "Given");
      Object.assign(server.platform.keys[0], { source: "configuration", account: "configuration" });
      await rowOf(page, "Given").getByText("stands in the configuration").waitFor();
      assert.equal(await page.getByRole("button", { name: /(Edit|Rotate|Revoke) Given/ }).count(), 0);
    }));

  test("a request shows where its time went, and what was sent where that is kept", () =>
    console_({ seeded: true }, async (page, server) => {
      await go(page, "Requests");
      const first = page
        .getByRole("list", { name: /Requests/ })
        .getByRole("listitem")
        .first();
      await first.getByRole("img", { name: /in the queue, .* of prefill, .* of decode/ }).waitFor();
      await first.locator("summary").click();
      await first.getByText(/What does request \d+ ask for/).waitFor();
      server.platform.prompts = false;
      await page.reload();
      await page.getByText("Prompts are not in it.").waitFor();
      await first.locator("summary").click();
      await first.getByText("Prefill", { exact: true }).waitFor();
      assert.equal(await first.getByText("What was sent").count(), 0);
    }));

  test("a rotated key has a new secret, and the old one is refused", () =>
    console_({}, async (page, server) => {
      const old = await createKey(page, "Turning");
      await page.getByRole("button", { name: "Rotate Turning" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Make a new secret" }).click();
      const fresh = await page.getByTestId("secret").textContent();
      await page.keyboard.press("Escape"); // shown once: not closed by accident
      await page.getByTestId("secret").waitFor();
      assert.notEqual(fresh, old);
      assert.throws(() => server.platform.identify(old));
      assert.equal(server.platform.identify(fresh).key.name, "Turning");
      await page.getByRole("link", { name: "Open in the playground" }).click();
      await heading(page, "Playground");
      assert.equal(await page.getByLabel("Key", { exact: true }).inputValue(), fresh);
    }));

  test("revoking asks first, and the way back is where the focus is", () =>
    console_({}, async (page, server) => {
      await createKey(page, "Staying");
      await page.getByRole("button", { name: "Revoke Staying" }).click();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      assert.equal(server.platform.keys[0].revoked_at, null);
    }));

  test("the usage of a range is downloaded as it is shown", () =>
    console_({ seeded: true }, async (page) => {
      await go(page, "Usage");
      await choose(page, "Range", "7 days");
      await choose(page, "By", "Model");
      await page.getByRole("rowheader", { name: "step-3.7-flash" }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download CSV" }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^trilogue-usage-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d-by-model\.csv$/);
      const lines = readFileSync(await download.path(), "utf8")
        .trim()
        .split("\r\n");
      assert.equal(lines[0], "model,requests,prompt_tokens,cached_tokens,completion_tokens,reasoning_tokens,cost");
      assert.equal(lines.length, 4);
    }));

  test("the plot is read by keyboard, day by day", () =>
    console_({ seeded: true }, async (page) => {
      await go(page, "Usage");
      const plot = page.getByRole("img", { name: /Tokens by day/ });
      await plot.focus();
      await page.keyboard.press("End");
      const today = await page.locator(".tip strong").textContent();
      await page.keyboard.press("ArrowLeft");
      assert.notEqual(await page.locator(".tip strong").textContent(), today);
    }));

  test("a range of one's own takes effect when it makes sense", () =>
    console_({ seeded: true }, async (page) => {
      await go(page, "Usage");
      await choose(page, "Range", "Dates");
      await page.getByLabel("From", { exact: true }).fill("2001-02-03");
      await page.getByLabel("To", { exact: true }).fill("2001-02-01");
      await page.getByText("Not before the first day").waitFor();
      await page.getByLabel("To", { exact: true }).fill("2001-02-05");
      await page.getByRole("heading", { name: "Nothing in this range" }).waitFor();
    }));

  test("older requests follow, and one key's alone can be seen", () =>
    console_({ seeded: true }, async (page, server) => {
      await go(page, "Requests");
      const rows = page.getByRole("list", { name: "Requests, newest first" }).locator("> li");
      await eventually(async () => (await rows.count()) === 50, "a first page");
      await page.getByRole("button", { name: "Show older requests" }).click();
      await eventually(async () => (await rows.count()) === 100, "a second page");

      await page.getByLabel("Key", { exact: true }).selectOption({ label: "Evaluation runs" });
      const id = server.platform.keys.find(({ name }) => name === "Evaluation runs").id;
      const newest = server.platform.ledger.filter(({ key }) => key === id).at(-1);
      await rows.first().getByText(newest.trace_id).waitFor({ state: "attached" });
    }));

  test("an answer can be stopped, and what came stays", () =>
    console_({}, async (page, server) => {
      await go(page, "Playground");
      await page.getByLabel("Message", { exact: true }).fill("slowly, please");
      await page.keyboard.press("Enter");
      await page.getByText("One word").waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await page.getByText(/· stopped/).waitFor();
      await page.getByRole("button", { name: "Send" }).waitFor();
      await eventually(() => server.platform.ledger.at(-1)?.outcome === "cancelled", "the server noticed");
      assert.match(await page.getByRole("article", { name: "The model" }).textContent(), /One word/);
    }));

  for (const api of ["Chat Completions", "Messages", "Responses"]) {
    test(`a failure in mid-stream is shown under what came (${api})`, () =>
      console_({}, async (page) => {
        await go(page, "Playground");
        await choose(page, "API", api);
        await page.getByLabel("Message", { exact: true }).fill("break");
        await page.keyboard.press("Enter");
        await page.getByRole("alert").getByText("the engine failed").waitFor();
        assert.match(await page.getByRole("article", { name: "The model" }).textContent(), /Hello! I am a/);
      }));
  }

  test("the playground's parameters are in the request and in the code", () =>
    console_({}, async (page) => {
      await go(page, "Playground");
      await page.getByText("Parameters").click();
      await page.getByLabel("System prompt").fill("Be brief.");
      await page.getByLabel("Temperature").fill("0");
      await page.getByLabel("Token limit").fill("64");
      await page.getByLabel("Reasoning effort").selectOption("low");
      await page.getByLabel("Message", { exact: true }).fill("Hi");
      const [request] = await Promise.all([
        page.waitForRequest("**/v1/chat/completions"),
        page.keyboard.press("Enter"),
      ]);
      assert.deepEqual(request.postDataJSON(), {
        model: "step-3.7-flash",
        temperature: 0,
        max_tokens: 64,
        reasoning_effort: "low",
        stream: true,
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hi" },
        ],
      });
      assert.equal(request.headers().cookie, undefined); // the console's session stays out of it
      await choose(page, "View", "Python");
      await page.getByText(/client\.chat\.completions\.create/).waitFor();
      await page.getByLabel("Temperature").fill("9");
      await page.getByText("A number from 0 to 2").waitFor();
    }));

  test("a conversation is still there after a look at another page", () =>
    console_({}, async (page) => {
      await go(page, "Playground");
      await page.getByLabel("Message", { exact: true }).fill("Remember me");
      await page.keyboard.press("Enter");
      await page.getByText(/first token after/).waitFor();
      await go(page, "Health");
      await go(page, "Playground");
      await page.getByText("Remember me").waitFor();
    }));
});
