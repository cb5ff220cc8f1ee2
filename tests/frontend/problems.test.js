// The problems of a draft in a few words.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { querySelector: () => null };
const { gravestFirst, summary } = await import("../../static/src/designer/problems.js");

test("problems are counted by how bad they are", () => {
  const found = ["error", "warning", "error", "todo"].map((severity) => ({ severity }));

  assert.equal(summary(found), "2 errors, 1 to do, 1 warning");
});

test("without problems it says so", () => {
  assert.equal(summary([]), "No problems");
});

test("what must be mended stands before what is only told", () => {
  const found = ["warning", "todo", "error", "warning"].map((severity, number) => ({ severity, number }));

  assert.deepEqual(
    gravestFirst(found).map(({ number }) => number),
    [2, 1, 0, 3],
  );
});
