import assert from "node:assert/strict";
import { test } from "node:test";

import { PATTERNS, textOf } from "../../static/src/modeler/timer_text.js";

test("what is picked becomes ISO 8601 or cron", () => {
  const picked = { count: "2", unit: "D", time: "07:30", day: "3", date: "15" };
  assert.equal(textOf("after", picked), "P2D");
  assert.equal(textOf("after", { count: "4", unit: "H" }), "PT4H");
  assert.equal(textOf("every", { count: "1", unit: "MONTH" }), "R/P1M");
  assert.equal(textOf("daily", picked), "30 7 * * *");
  assert.equal(textOf("workdays", picked), "30 7 * * 1-5");
  assert.equal(textOf("weekly", picked), "30 7 * * 3");
  assert.equal(textOf("monthly", picked), "30 7 15 * *");
});

test("a moment is written in UTC, whatever zone it was picked in", () => {
  assert.match(textOf("at", { moment: "2027-01-31T09:00" }), /^2027-01-3\dT\d\d:\d\d:00Z$/);
});

test("nothing is written while something is missing", () => {
  assert.equal(textOf("at", { moment: "" }), "");
  assert.equal(textOf("after", { count: "", unit: "H" }), "");
  assert.equal(textOf("daily", { time: "" }), "");
});

test("every pattern says what it asks for", () => {
  for (const pattern of Object.values(PATTERNS).flat()) assert.ok(pattern.asks.length > 0);
});
