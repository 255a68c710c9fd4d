// The page that is committed is the page that its sources make: a fresh build gives the same files, byte for byte, and
// they are as small as they should be.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../console/", import.meta.url));
const filesOf = (where) =>
  Object.fromEntries(
    readdirSync(where, { recursive: true })
      .sort()
      .map((name) => [name, readFileSync(join(where, name))]),
  );

test("console/dist is what console/src makes (else: cd console && npm ci && npm run build)", () => {
  const fresh = mkdtempSync(join(tmpdir(), "trilogue-console-"));
  try {
    execFileSync(
      process.execPath,
      [join(folder, "node_modules/vite/bin/vite.js"), "build", "--outDir", fresh, "--logLevel", "warn"],
      { cwd: folder },
    );
    const [made, committed] = [filesOf(fresh), filesOf(join(folder, "dist"))];
    assert.deepEqual(Object.keys(made), Object.keys(committed));
    for (const name of Object.keys(made)) assert.ok(made[name].equals(committed[name]), `${name} differs`);
  } finally {
    rmSync(fresh, { recursive: true });
  }
});

test("the script stays below 150 kB, uncompressed, and holds no code that the policy refuses", () => {
  const script = join(folder, "dist/console.js");
  assert.ok(statSync(script).size < 150_000);
  const text = readFileSync(script, "utf8");
  assert.ok(!/\beval\(|new Function\(/.test(text));
  assert.ok(
    !/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/.test(readFileSync(join(folder, "dist/index.html"), "utf8")),
  );
});
