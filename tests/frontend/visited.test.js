// Which flows of a diagram are painted as gone along.

import assert from "node:assert/strict";
import { test } from "node:test";

import { visitedFlows } from "../../static/src/viewer/visited.js";

const flow = (id, source, target) => ({ id, source: { id: source }, target: { id: target } });
const FLOWS = [flow("a", "start", "check"), flow("b", "check", "good"), flow("c", "check", "bad"), flow("d", "good", "end"), flow("e", "bad", "end")];

test("a straight path is painted and the other branch is not", () => {
  assert.deepEqual(visitedFlows(FLOWS, ["start", "check", "good", "end"]), ["a", "b", "d"]);
});

test("of two ways into an element the one taken last before it counts", () => {
  const flows = [flow("a", "start", "join"), flow("b", "start", "fix"), flow("c", "fix", "join")];

  assert.deepEqual(visitedFlows(flows, ["start", "fix", "join"]), ["b", "c"]);
});

test("flows that the log names are taken as they are", () => {
  assert.deepEqual(visitedFlows(FLOWS, ["start", "a", "check"]), ["a"]);
});

test("nothing entered paints nothing", () => {
  assert.deepEqual(visitedFlows(FLOWS, []), []);
});
