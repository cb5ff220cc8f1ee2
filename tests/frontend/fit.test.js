// The diagram lies in the free part of the window.

import assert from "node:assert/strict";
import { test } from "node:test";

import { viewboxFor } from "../../static/src/lib/fit.js";
import { marginBeside } from "../../static/src/modeler/fit.js";

const MARGIN = { left: 84, right: 32, top: 32, bottom: 32 };

test("a large diagram is made smaller and clears the palette", () => {
  const box = viewboxFor({ x: 0, y: 0, width: 2232, height: 400 }, { width: 1232, height: 800 }, MARGIN);

  assert.deepEqual(box, { x: -168, y: -600, width: 2464, height: 1600 });
});

test("a small diagram keeps its size and stands in the middle of what is free", () => {
  const box = viewboxFor({ x: 100, y: 50, width: 116, height: 136 }, { width: 1232, height: 800 }, MARGIN);

  assert.deepEqual(box, { x: -484, y: -282, width: 1232, height: 800 });
});

test("what is free begins beside the palette, above it where it lies below", () => {
  const outer = { left: 56, bottom: 800 };

  assert.equal(marginBeside(outer, { left: 68, right: 162, top: 60, width: 94, height: 420 }).left, 126);
  const phone = marginBeside(outer, { left: 64, right: 430, top: 740, width: 366, height: 52 });
  assert.deepEqual([phone.left, phone.bottom], [32, 80]);
  assert.equal(marginBeside(outer, undefined).left, 32);
});
