// The diagram lies in the free part of the window.

import assert from "node:assert/strict";
import { test } from "node:test";

import { viewboxFor } from "../../static/src/lib/fit.js";

const MARGIN = { left: 84, right: 32, top: 32, bottom: 32 };

test("a large diagram is made smaller and clears the palette", () => {
  const box = viewboxFor({ x: 0, y: 0, width: 2232, height: 400 }, { width: 1232, height: 800 }, MARGIN);

  assert.deepEqual(box, { x: -168, y: -600, width: 2464, height: 1600 });
});

test("a small diagram keeps its size and stands in the middle of what is free", () => {
  const box = viewboxFor({ x: 100, y: 50, width: 116, height: 136 }, { width: 1232, height: 800 }, MARGIN);

  assert.deepEqual(box, { x: -484, y: -282, width: 1232, height: 800 });
});
