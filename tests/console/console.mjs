// A browser on the console, for one test file. TRILOGUE_URL and TRILOGUE_ADMIN_TOKEN point the tests at a running
// server; without them a fake one is started. TRILOGUE_CHROMIUM names the browser.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { startFake } from "./fake_server.mjs";

export const real = process.env.TRILOGUE_URL?.replace(/\/+$/, "");
const executablePath = process.env.TRILOGUE_CHROMIUM ?? "/usr/bin/chromium";
const patience = 30_000; // ms; what is broken stays away longer, and a busy machine may take its time

// The server under test, with its admin token.
export async function startServer(options) {
  if (!real) {
    const fake = await startFake(options);
    return { ...fake, adminToken: fake.platform.adminToken };
  }
  const adminToken = process.env.TRILOGUE_ADMIN_TOKEN;
  assert.ok(adminToken, "TRILOGUE_URL needs TRILOGUE_ADMIN_TOKEN");
  return { url: real, adminToken, platform: null, close: async () => {} };
}

export const startBrowser = () =>
  chromium.launch({
    executablePath,
    timeout: 2 * patience,
    args: ["--no-sandbox", "--force-color-profile=srgb", "--disable-quic", "--disable-background-networking"],
  });

// A fresh page that remembers what must not happen: errors, refused inline code, requests that leave the origin.
export async function openPage(browser, server, options = {}) {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1280, height: 860 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is the server's word, which the page shows; everything else is ours.
    const expected = /Failed to load resource: the server responded with a status of 4\d\d|net::ERR_/.test(
      message.text(),
    );
    if (message.type() === "error" && !expected) page.faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== server.url)
      page.faults.push(`outside: ${request.url()}`);
  });
  return page;
}

export async function signIn(page, server) {
  await page.goto("/console");
  await page.getByLabel("Admin token").fill(server.adminToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await heading(page, "Interface keys");
}

export const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

export async function go(page, link, title = link) {
  await page.getByRole("navigation").getByRole("link", { name: link }).click();
  await heading(page, title);
}

// One of a few alternatives, in the group of that name.
export const choose = (page, group, name) =>
  page.getByRole("radiogroup", { name: group, exact: true }).getByRole("radio", { name }).click();

// Makes a key through the form; gives its secret. The dialog is closed again.
export async function createKey(page, name, fill = async () => {}) {
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await fill(dialog);
  await dialog.getByRole("button", { name: "Create key" }).click();
  const secret = await page.getByTestId("secret").textContent();
  await page.getByRole("button", { name: "I have kept it" }).click();
  return secret;
}

export const rowOf = (page, name) =>
  page.getByRole("list", { name: "Keys" }).getByRole("listitem").filter({ hasText: name });

// Ends a test: nothing that must not happen has happened.
export async function closePage(page) {
  const { faults } = page;
  await page.context().close();
  assert.deepEqual(faults, []);
}

export const eventually = async (check, what) => {
  const until = Date.now() + patience;
  for (;;) {
    if (await check()) return;
    assert.ok(Date.now() < until, `not within ${patience} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};
