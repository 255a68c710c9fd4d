import assert from "node:assert/strict";
import { test } from "node:test";
import { count, milliseconds, moment, money, percent, plural, shortCount, shortDayName, uptime } from "./format.ts";

const table = (write, rows) => {
  for (const [value, text] of rows) assert.equal(write(...[value].flat()), text, `of ${value}`);
};

test("counts", () =>
  table(count, [
    [0, "0"],
    [999, "999"],
    [1234567, "1,234,567"],
  ]));

test("short counts keep three figures and never say 1000k", () =>
  table(shortCount, [
    [0, "0"],
    [7, "7"],
    [999, "999"],
    [1000, "1k"],
    [1005, "1k"],
    [1234, "1.23k"],
    [12_345, "12.3k"],
    [123_456, "123k"],
    [999_499, "999k"],
    [999_950, "1M"],
    [1_500_000, "1.5M"],
    [4e9, "4B"],
    [0.25, "0.25"],
    [41.37, "41.4"],
  ]));

test("money keeps two figures of small sums", () =>
  table(money, [
    [0, "0.00"],
    [1234.5, "1,234.50"],
    [0.5, "0.50"],
    [0.0042, "0.0042"],
    [0.00001234, "0.000012"],
    [0.0000001, "0.00"],
    [[3, "USD"], "$3.00"],
    [[3, "CNY"], "¥3.00"],
    [[0.012, "EUR"], "€0.012"],
    [[3, "credits"], "3.00 credits"],
  ]));

test("percent says that little is not nothing, and nearly all not all", () =>
  table(percent, [
    [[0, 10], "0%"],
    [[1, 1000], "<1%"],
    [[1, 3], "33%"],
    [[999, 1000], ">99%"],
    [[5, 5], "100%"],
    [[0, 0], "0%"],
  ]));

test("spans of time", () =>
  table(milliseconds, [
    [0, "0 ms"],
    [7.6, "8 ms"],
    [999.6, "1.00 s"],
    [1240, "1.24 s"],
    [12_340, "12.3 s"],
    [59_960, "1 min 0 s"],
    [125_000, "2 min 5 s"],
  ]));

test("uptime has two units", () =>
  table(uptime, [
    [0, "0 s"],
    [59, "59 s"],
    [61, "1 min 1 s"],
    [3600, "1 h 0 min"],
    [273_600, "3 d 4 h"],
  ]));

test("a moment names the day unless it is today", () => {
  const noon = new Date(2026, 10, 21, 12, 0, 5).getTime();
  assert.deepEqual(moment(noon, noon + 60_000), { clock: "12:00:05", day: "" });
  assert.equal(moment(noon, noon + 86_400_000).day, "21 Nov");
});

test("days and plurals", () => {
  assert.equal(shortDayName("2026-11-01"), "1 Nov");
  assert.equal(plural(1, "key"), "1 key");
  assert.equal(plural(1200, "key"), "1,200 keys");
});
