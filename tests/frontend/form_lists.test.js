import assert from "node:assert/strict";
import { test } from "node:test";

import { withEmptyLists } from "../../static/src/task/lists.js";
import { idsBelow, isStep } from "../../static/src/task/steps.js";

const list = (path, ...components) => ({ type: "dynamiclist", path, components });
const group = (path, ...components) => ({ type: "group", path, components });

test("a list without rows is sent as empty", () => {
  const form = [list("r", { type: "textfield", key: "a" })];
  assert.deepEqual(withEmptyLists(form, { r: [] }, { b: 1 }), { b: 1, r: [] });
});

test("lists with rows stay as they are", () => {
  const form = [list("r", { type: "textfield", key: "a" })];
  const sent = { r: [{ a: 1 }, null] };
  assert.deepEqual(withEmptyLists(form, { r: [{ a: 1 }, {}] }, sent), sent);
});

test("empty lists are found in groups and in rows", () => {
  const form = [group("g", list("r")), group("", list("s")), list("t", list("u"))];
  const data = { g: { r: [] }, s: [], t: [{ u: [] }, { u: [{}] }] };
  const sent = withEmptyLists(form, data, { t: [{ a: 1 }, { u: [null] }] });
  assert.deepEqual(sent, { g: { r: [] }, s: [], t: [{ a: 1, u: [] }, { u: [null] }] });
});

test("a list that was never there is not made up", () => {
  assert.deepEqual(withEmptyLists([group("g", list("r")), list("s")], {}, {}), {});
});

test("a step is a group that says so, with all that is in it", () => {
  const step = { id: "s", type: "group", properties: { step: "true" }, components: [{ id: "a" }] };
  assert.equal(isStep(step), true);
  assert.equal(isStep({ ...step, type: "dynamiclist" }), false);
  assert.equal(isStep({ ...step, properties: { step: "no" } }), false);
  assert.deepEqual(idsBelow(step), ["s", "a"]);
});
