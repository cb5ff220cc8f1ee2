import assert from "node:assert/strict";
import { test } from "node:test";

import { replaced } from "../../static/src/task/files.js";

test("answers carry what is known of files, and nothing of those that never arrived", () => {
  const known = new Map([["files::1", [{ id: "a", name: "a.pdf" }]]]);
  const sent = { proof: "files::1", rows: [{ lost: "files::2", text: "x" }, null], n: 1 };
  assert.deepEqual(replaced(sent, known), {
    proof: [{ id: "a", name: "a.pdf" }],
    rows: [{ lost: null, text: "x" }, null],
    n: 1,
  });
});
