// What a new user does: sign in, make a key, use it in every API, see what it used, revoke it, see the 401. Runs
// against the fake server or a real one (see console.mjs) and leaves only a revoked key behind.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  choose,
  closePage,
  createKey,
  eventually,
  go,
  heading,
  openPage,
  rowOf,
  signIn,
  startBrowser,
  startServer,
} from "./console.mjs";

let server, browser, page;
const name = `Journey ${Date.now()}`;
let secret;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  page = await openPage(browser, server);
});
after(async () => {
  await browser.close();
  await server.close();
});

// Left to chance, a model as small as the bundled one now and then finds no end.
async function leaveNothingToChance() {
  await page.getByText("Parameters", { exact: true }).click();
  await page.getByLabel("Temperature").fill("0");
  await page.getByLabel("Token limit").fill("400");
}

const answerOf = () => page.getByRole("article", { name: "The model" }).last();

test("a wrong token is refused, the right one opens the console", async () => {
  await page.goto("/console");
  await page.getByLabel("Admin token").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("That token is not valid").waitFor();

  await signIn(page, server);
});

test("the session's cookie is out of reach of scripts, and lasts over a reload", async () => {
  const cookie = (await page.context().cookies()).find((one) => one.name === "trilogue_session");
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
  assert.equal(await page.evaluate(() => document.cookie), "");

  await page.reload();
  await heading(page, "Interface keys");
});

test("a key is made, shown once, and copied", async () => {
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Tier").selectOption("v1");
  await dialog.getByRole("button", { name: "Create key" }).click();

  secret = await page.getByTestId("secret").textContent();
  assert.match(secret, /^sk-tri-[\w-]{43}$/);
  assert.ok((await dialog.getByLabel("A request with this key, for curl").textContent()).includes(secret));
  await dialog.getByRole("button", { name: "Copy key" }).click();
  await dialog.getByText("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);

  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await rowOf(page, name).getByText("active").waitFor();
  assert.ok(!(await page.content()).includes(secret));
});

for (const [api, firstEvent, lastEvent] of [
  ["Chat Completions", "data", "[DONE]"],
  ["Messages", "message_start", "message_stop"],
  ["Responses", "response.created", "response.completed"],
]) {
  test(`the key gets an answer in ${api}, with the events beside it`, async () => {
    await go(page, "Playground");
    await page.reload(); // a conversation of its own
    await choose(page, "API", api);
    await page.getByLabel("Key", { exact: true }).fill(secret);
    await leaveNothingToChance();
    await page.getByLabel("Message", { exact: true }).fill("Hello, who are you?");
    await page.keyboard.press("Enter");
    await page.getByText(/first token after/).waitFor({ timeout: 60_000 });

    assert.ok((await answerOf().textContent()).length > 3);
    const events = page.getByRole("region", { name: "Raw events" }).getByRole("listitem");
    assert.ok((await events.count()) > 3);
    assert.ok((await events.first().textContent()).startsWith(firstEvent));
    assert.ok((await events.last().textContent()).includes(lastEvent));
  });
}

test("its use is counted", async () => {
  await go(page, "Interface keys");
  await eventually(async () => /[1-9]\S* tokens/.test(await rowOf(page, name).textContent()), "tokens beside the key");
  await rowOf(page, name).getByRole("link", { name: "Usage" }).click();
  await heading(page, "Usage");
  const sums = page.getByLabel("Sums");
  await eventually(async () => /Requests3/.test(await sums.textContent()), "three requests in the sums");
  await page.getByRole("img", { name: /Tokens by day/ }).waitFor();
  await choose(page, "By", "API");
  await page.getByRole("rowheader", { name: "Messages" }).waitFor();
});

test("its requests are listed with their times and trace ids", async () => {
  await go(page, "Requests");
  await page.getByLabel("Key", { exact: true }).selectOption({ label: name });
  const rows = page.getByRole("list", { name: "Requests, newest first" }).locator("> li");
  await eventually(async () => (await rows.count()) === 3, "three rows");
  await rows.first().locator("summary").click();
  assert.match(await rows.first().locator(".trace code").textContent(), /^[0-9a-f]{32}$/);
  assert.match(await rows.first().textContent(), /First token\d/);
});

test("over its limit it gets a 429", async () => {
  await go(page, "Interface keys");
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  await page.getByRole("dialog").getByLabel("Requests/min").fill("1");
  await page.getByRole("dialog").getByRole("button", { name: "Save changes" }).click();
  await rowOf(page, name).getByText("V1, own limits").waitFor();

  await go(page, "Playground");
  for (const text of ["One.", "One too many."]) {
    await page.getByLabel("Message", { exact: true }).fill(text);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("button", { name: "Send" }).waitFor({ timeout: 60_000 });
  }
  await page.getByRole("alert").getByText("429: ").waitFor();
});

test("once revoked it gets a 401", async () => {
  await go(page, "Interface keys");
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
  await page.getByText(`“${name}” is revoked.`).first().waitFor();
  await choose(page, "Which keys", /^All/);
  await rowOf(page, name).getByText("revoked", { exact: true }).waitFor();

  // Another key, so that keys are required whatever else is there.
  await createKey(page, `${name} (other)`);
  await go(page, "Playground");
  await page.getByLabel("Message", { exact: true }).fill("And now?");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").getByText("401: Incorrect API key provided").waitFor();
});

test("signing out ends the session", async () => {
  await go(page, "Interface keys");
  await page.getByRole("button", { name: `Revoke ${name} (other)` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
  await page.getByText(`“${name} (other)” is revoked.`).first().waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Admin token").waitFor();
  await page.reload();
  await page.getByLabel("Admin token").waitFor();
  await closePage(page);
});
