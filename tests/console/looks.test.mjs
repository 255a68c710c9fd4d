// What holds for every page in every dress: nothing wider than the screen, nothing that jumps, no barrier that axe
// finds, and everything within reach of the Tab key. Needs the fake server. TRILOGUE_SCREENSHOTS=DIR keeps pictures.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { closePage, heading, openPage, real, signIn, startBrowser, startServer } from "./console.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.TRILOGUE_SCREENSHOTS;
const pages = {
  keys: "Interface keys",
  usage: "Usage",
  requests: "Requests",
  playground: "Playground",
  health: "Health",
};
const dresses = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 860 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  "phone-dark": { colorScheme: "dark", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};

async function picture(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.evaluate(() => scrollTo(0, 0)); // else what sticks to the screen stands in the middle of the picture
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

async function barriers(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ""}`).join(" | ")}`,
  );
}

const overflow = (page) =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));

describe("looks", { skip: real }, () => {
  let browser, server;
  before(async () => {
    browser = await startBrowser();
    server = await startServer({ seeded: true });
  });
  after(async () => {
    await browser.close();
    await server.close();
  });

  for (const [dress, options] of Object.entries(dresses)) {
    test(`the sign-in page in ${dress}`, async () => {
      const page = await openPage(browser, server, options);
      await page.goto("/console");
      await page.getByLabel("Admin token").waitFor();
      await picture(page, `sign-in-${dress}`);
      assert.deepEqual(await barriers(page), []);
      assert.equal(await overflow(page), 0);
      await closePage(page);
    });

    for (const [name, title] of Object.entries(pages)) {
      test(`${name} in ${dress}`, async () => {
        const page = await openPage(browser, server, options);
        await signIn(page, server);
        await page.goto(`/console#/${name}`);
        await heading(page, title);
        if (name === "playground") await converse(page, server);
        await page.waitForLoadState("networkidle");
        if (name === "health") await page.waitForTimeout(9000); // the lines need a few measurements
        if (name === "requests") await page.locator("summary").nth(2).click();
        await picture(page, `${name}-${dress}`);

        assert.equal(await overflow(page), 0, "wider than the screen");
        assert.deepEqual(await barriers(page), []);
        await closePage(page);
      });
    }

    test(`the dialogs in ${dress}`, async () => {
      const page = await openPage(browser, server, options);
      await signIn(page, server);
      await page.getByRole("button", { name: "Create key" }).click();
      await page.getByRole("dialog").getByLabel("Name").fill("Staging");
      await page.waitForTimeout(200);
      await picture(page, `create-${dress}`);
      assert.deepEqual(await barriers(page), []);
      await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
      await page.getByTestId("secret").waitFor();
      await picture(page, `secret-${dress}`);
      assert.deepEqual(await barriers(page), []);
      assert.equal(await overflow(page), 0);
      await page.getByRole("button", { name: "I have kept it" }).click();
      await page.getByRole("button", { name: "Edit account research" }).click();
      await page.getByRole("dialog").waitFor();
      await page.waitForTimeout(200);
      await picture(page, `account-${dress}`);
      assert.deepEqual(await barriers(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Revoke Staging" }).first().click();
      await picture(page, `revoke-${dress}`);
      await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
      await page.getByText("is revoked.").first().waitFor();
      await closePage(page);
    });
  }

  async function converse(page, { platform }) {
    const key = platform.create({ name: `Look ${Math.random()}` });
    await page.getByLabel("Key", { exact: true }).fill(key.key);
    await page.getByLabel("Message", { exact: true }).fill("Hello, who are you?");
    await page.keyboard.press("Enter");
    await page.getByText(/first token after/).waitFor();
    platform.keys = platform.keys.filter(({ id }) => id !== key.id);
  }

  test("no page moves under the reader's eyes", async () => {
    const page = await openPage(browser, server);
    await page.addInitScript(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          if (!entry.hadRecentInput)
            globalThis.shifts.push(
              `${entry.value.toFixed(4)} ${entry.sources.map(({ node }) => node?.className || node?.nodeName).join(",")}`,
            );
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await signIn(page, server);
    for (const [name, title] of Object.entries(pages)) {
      await page.goto(`/console#/${name}`);
      await page.reload();
      await heading(page, title);
      await page.waitForLoadState("networkidle");
      await page.waitForTimeout(300);
      const large = await page.evaluate(() => globalThis.shifts.filter((shift) => Number.parseFloat(shift) >= 0.02));
      assert.deepEqual(large, [], name);
    }
    await closePage(page);
  });

  test("the theme that is chosen holds over a reload", async () => {
    const page = await openPage(browser, server, { colorScheme: "light" });
    await signIn(page, server);
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole("radio", { name: "Dark" }).check({ force: true });
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.reload();
    await heading(page, "Interface keys");
    assert.equal(await ground(), dark);
    await page.getByRole("radio", { name: "As the system" }).check({ force: true });
    assert.equal(await ground(), light);
    await closePage(page);
  });

  test("a key is made and revoked without a mouse", async () => {
    const page = await openPage(browser, server);
    await page.goto("/console");
    await page.getByLabel("Admin token").waitFor();
    await page.keyboard.type(server.adminToken); // it has the focus
    await page.keyboard.press("Enter");
    await heading(page, "Interface keys");

    await tabTo(page, "Create key");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("By hand");
    await page.keyboard.press("Enter");
    await page.getByTestId("secret").waitFor();
    await tabTo(page, "I have kept it");
    await page.keyboard.press("Enter");
    await tabTo(page, "Revoke By hand");
    await page.keyboard.press("Enter");
    await tabTo(page, "Revoke key");
    await page.keyboard.press("Enter");
    await page.getByText("“By hand” is revoked.").first().waitFor();
    await closePage(page);
  });

  // Presses Tab until what has that name has the focus, and can be seen to have it.
  async function tabTo(page, name) {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        return {
          name: element.getAttribute("aria-label") ?? element.textContent.trim(),
          outline: getComputedStyle(element).outlineStyle,
        };
      });
      if (at.name !== name) continue;
      assert.notEqual(at.outline, "none", `${name} does not show that it has the focus`);
      return;
    }
    assert.fail(`${name} is out of reach of the keyboard`);
  }
});
