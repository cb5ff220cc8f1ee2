// The problems of a draft in a few words.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { querySelector: () => null };
const { summary } = await import("../../static/src/designer/problems.js");

test("problems are counted by how bad they are", () => {
  const found = ["error", "warning", "error", "todo"].map((severity) => ({ severity }));

  assert.equal(summary(found), "2 errors, 1 warning, 1 to do");
});

test("without problems it says so", () => {
  assert.equal(summary([]), "No problems");
});
