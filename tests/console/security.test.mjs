// What the page may and may not do, whatever it shows. Against the fake server or a real one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { closePage, heading, openPage, real, signIn, startBrowser, startServer } from "./console.mjs";
import { startFake } from "./fake_server.mjs";

let server, browser;
before(async () => {
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await server.close();
});

const dist = new URL("../../console/dist/", import.meta.url);
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const files = {
  "/console": "text/html; charset=utf-8",
  "/console/console.js": "text/javascript; charset=utf-8",
  "/console/console.css": "text/css; charset=utf-8",
  "/console/theme.js": "text/javascript; charset=utf-8",
  "/console/icon.svg": "image/svg+xml",
  "/console/geist-latin-wght-normal.woff2": "font/woff2",
  "/console/geist-mono-latin-wght-normal.woff2": "font/woff2",
};

for (const [path, type] of Object.entries(files)) {
  test(`${path} has its type, the policy and a tag that saves the second transfer`, async () => {
    const reply = await fetch(server.url + path);
    assert.equal(reply.status, 200);
    const built = readFileSync(new URL(path === "/console" ? "index.html" : path.slice("/console/".length), dist));
    assert.ok(built.equals(Buffer.from(await reply.arrayBuffer())), "other bytes than in console/dist");
    assert.equal(reply.headers.get("content-type"), type);
    assert.equal(reply.headers.get("content-security-policy"), policy);
    assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
    assert.equal(reply.headers.get("referrer-policy"), "no-referrer");
    assert.equal(reply.headers.get("cache-control"), "no-cache");

    const again = await fetch(server.url + path, { headers: { "If-None-Match": reply.headers.get("etag") } });
    assert.equal(again.status, 304);
  });
}

test("nothing else is below /console", async () => {
  for (const path of ["/console/nothing.js", "/console/..%2f..%2fREADME.md", "/console/index.html.map"]) {
    assert.equal((await fetch(server.url + path)).status, 404, path);
  }
});

test("the policy holds: inline code, eval and foreign addresses are refused", async () => {
  const page = await openPage(browser, server);
  const elsewhere = await startFake();
  await page.goto("/console");
  const tried = await page.evaluate(async (foreign) => {
    const script = Object.assign(document.createElement("script"), { textContent: "window.inline = true" });
    document.head.append(script);
    // Later, since what the test itself runs is free of the policy.
    const evaluated = await new Promise((done) =>
      setTimeout(() => {
        try {
          done((0, eval)("1") === 1);
        } catch {
          done(false);
        }
      }),
    );
    const left = await fetch(foreign, { mode: "no-cors" }).then(
      () => true,
      () => false,
    );
    return { inline: window.inline === true, evaluated, left };
  }, elsewhere.url);
  await elsewhere.close();
  assert.deepEqual(tried, { inline: false, evaluated: false, left: false });
  await page.context().close(); // its faults are the point
});

test("a change without the CSRF header is refused", async () => {
  const page = await openPage(browser, server);
  await signIn(page, server);
  const status = await page.evaluate(
    async () =>
      (
        await fetch("/admin/v1/keys", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: '{"name":"x"}',
        })
      ).status,
  );
  assert.equal(status, 403);
  await closePage(page);
});

test("names from others are text, never markup", async () => {
  const page = await openPage(browser, server);
  await signIn(page, server);
  const name = `<img src=x onerror=alert(1)> ${Date.now()}`;
  await page.getByRole("button", { name: "Create key" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("heading", { name }).waitFor();
  assert.equal(await page.locator("img").count(), 0);
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
  await page.getByText("is revoked.").first().waitFor();
  await closePage(page);
});

test(
  "the link's token signs in once, and is gone from the address",
  { skip: real && !process.env.TRILOGUE_LINK_TOKEN },
  async () => {
    const token = process.env.TRILOGUE_LINK_TOKEN ?? server.platform.linkToken;
    const page = await openPage(browser, server);
    await page.goto(`/console#token=${encodeURIComponent(token)}`);
    await heading(page, "Interface keys");
    assert.ok(!page.url().includes(token));

    const second = await openPage(browser, server);
    await second.goto(`/console#token=${encodeURIComponent(token)}`);
    await second.getByText("That token is not valid, or it was used already").waitFor();
    assert.ok(!second.url().includes(token));
    await closePage(page);
    await closePage(second);
  },
);
