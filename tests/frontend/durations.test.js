// ISO 8601 durations in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inWords } from "../../static/src/lib/durations.js";

const t = (text, { n }) => text.replace("{n}", n);

for (const [text, words] of [
  ["PT4H", "4 hours"],
  ["P1DT30M", "1 day 30 minutes"],
  ["P2W", "2 weeks"],
  [" P1Y2M ", "1 year 2 months"],
  ["P", null],
  ["4 hours", null],
  ["=due", null],
]) {
  test(`"${text}" reads ${words}`, () => assert.equal(inWords(text, t), words));
}
