// Days, routes, axes, speeds and the usage page's view: small pure things.
import assert from "node:assert/strict";
import { test } from "node:test";
import { daysBetween, endOfDay, isDay, plusDays } from "./days.ts";
import { axisOf } from "./plot.tsx";
import { addressOf, placeOf } from "./router.ts";
import { tokensPerSecond } from "./speed.ts";
import { seriesOf, usageCsv, viewRows } from "./usage_view.ts";

test("days cross months and leap days", () => {
  assert.equal(plusDays("2028-02-28", 1), "2028-02-29");
  assert.deepEqual(daysBetween("2026-12-31", "2027-01-01"), ["2026-12-31", "2027-01-01"]);
  assert.deepEqual(daysBetween("2026-11-02", "2026-11-01"), []);
  assert.equal(endOfDay("1970-01-01"), 86_399);
  assert.ok(isDay("2028-02-29"));
  for (const text of ["2026-02-30", "2026-1-1", "", "x", "2026-13-01"]) assert.ok(!isDay(text), text);
});

test("addresses are read as they are written", () => {
  const { page, query } = placeOf(addressOf("usage", { key: "key_1&x", days: "" }));
  assert.equal(page, "usage");
  assert.deepEqual([...query], [["key", "key_1&x"]]);
  for (const strange of ["", "#", "#/", "#/nowhere", "#token=abc", "#/../x"])
    assert.equal(placeOf(strange).page, "keys");
});

test("an axis covers the highest value in round steps, five at most", () => {
  for (const highest of [1, 3, 7, 10, 42, 99, 1001, 123_456, 0.0042, 7e9]) {
    const axis = axisOf(highest, false);
    assert.equal(axis[0], 0);
    assert.ok(axis.at(-1) >= highest && axis.at(-1) < highest * 2.6, `${highest}: ${axis}`);
    assert.ok(axis.length >= 3 && axis.length <= 6, `${highest}: ${axis}`);
  }
  assert.deepEqual(axisOf(0, false), [0, 1]);
  assert.deepEqual(axisOf(95, true), [0, 25, 50, 75, 100]);
  assert.deepEqual(axisOf(10, true), [0, 5, 10]);
  assert.deepEqual(axisOf(2, true), [0, 1, 2]);
  assert.deepEqual(axisOf(1, true), [0, 1]);
});

test("n tokens take n − 1 steps", () => {
  assert.equal(tokensPerSecond(11, 1000), 10);
  assert.equal(tokensPerSecond(1, 1000), null);
  assert.equal(tokensPerSecond(10, 0), null);
});

const usage = (part) => ({
  requests: 1,
  prompt_tokens: 10,
  cached_tokens: 4,
  completion_tokens: 5,
  reasoning_tokens: 2,
  cost: 0.5,
  ...part,
});
const range = { since: "2026-11-20", until: "2026-11-22" };

test("days without use are there, with nothing", () => {
  const rows = viewRows({ ...usage(), rows: [usage({ day: "2026-11-21" })] }, "day", range, new Map());
  assert.deepEqual(
    rows.map(({ id, requests }) => [id, requests]),
    [
      ["2026-11-20", 0],
      ["2026-11-21", 1],
      ["2026-11-22", 0],
    ],
  );
  assert.deepEqual(
    seriesOf(rows, "tokens").map(({ values }) => values),
    [
      [0, 10, 0],
      [0, 5, 0],
    ],
  );
});

test("keys go by their names, and use without a key has a word", () => {
  const names = new Map([["key_1", "App, mobile"]]);
  const rows = viewRows(
    { ...usage(), rows: [usage({ key: "key_1" }), usage({ key: "" }), usage({ key: "key_gone" })] },
    "key",
    range,
    names,
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["App, mobile", "Without a key", "key_gone"],
  );
  assert.equal(usageCsv(rows, "key").split("\r\n")[1], 'key_1,"App, mobile",1,10,4,5,2,0.5');
});
