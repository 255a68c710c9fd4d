import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "./csv.ts";

test("a table is a line for its header and one for each row", () => {
  assert.equal(
    csv(
      ["day", "cost"],
      [
        ["2026-11-21", 0.5],
        ["2026-11-22", 12],
      ],
    ),
    "day,cost\r\n2026-11-21,0.5\r\n2026-11-22,12\r\n",
  );
});

test("separators, quotes and line breaks are quoted", () => {
  assert.equal(csv(["a"], [['x,"y"'], ["two\nlines"]]), 'a\r\n"x,""y"""\r\n"two\nlines"\r\n');
});

test("a name that a spreadsheet would run is defused", () => {
  assert.equal(csv(["a"], [["=1+1"], ["@x"], ["-2"], ["+3"]]), "a\r\n'=1+1\r\n'@x\r\n'-2\r\n'+3\r\n");
  assert.equal(csv(["a"], [[-2]]), "a\r\n-2\r\n");
});
