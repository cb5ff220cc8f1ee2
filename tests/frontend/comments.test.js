// Comments become threads, and elements know how many they have.

import assert from "node:assert/strict";
import { test } from "node:test";

import { threaded } from "../../static/src/designer/comments.js";
import { counted } from "../../static/src/modeler/comment_marks.js";

test("answers follow what they answer, and the newest thread comes first", () => {
  const comments = [{ id: "a", thread: null }, { id: "b", thread: null }, { id: "c", thread: "a" }];

  const threads = threaded(comments);

  assert.deepEqual(threads.map(({ id }) => id), ["b", "a"]);
  assert.deepEqual(threads[1].answers.map(({ id }) => id), ["c"]);
});

test("each element has the number of its threads", () => {
  const counts = counted([{ element: "decide" }, { element: null }, { element: "decide" }]);

  assert.deepEqual([...counts], [["decide", 2]]);
});
