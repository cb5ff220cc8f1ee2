// The data a form's preview is filled with.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asObject, defaultsOf, stillThere, withoutGiven } from "../../static/src/form_editor/sample.js";

const SCHEMA = {
  components: [
    { type: "textfield", key: "reason", defaultValue: "late" },
    { type: "textfield", key: "note", defaultValue: "" },
    {
      type: "group",
      path: "customer",
      components: [{ type: "checkbox", key: "address.known", defaultValue: false }],
    },
    { type: "group", components: [{ type: "number", key: "amount", defaultValue: 3 }] },
    { type: "dynamiclist", path: "lines", components: [{ type: "number", key: "price", defaultValue: 1 }] },
    { type: "text", text: "Hello" },
  ],
};

test("defaults lie where their fields write", () => {
  assert.deepEqual(defaultsOf(SCHEMA), { reason: "late", customer: { address: { known: false } }, amount: 3 });
});

test("what was typed stays where its key does", () => {
  const typed = { reason: "x", gone: 1, customer: { address: {} }, lines: [{ price: 2 }] };

  assert.deepEqual(stillThere(SCHEMA, typed), { reason: "x", customer: { address: {} }, lines: [{ price: 2 }] });
});

test("data that changes wins over what was typed", () => {
  const typed = { reason: "x", amount: 2, note: "y" };

  assert.deepEqual(withoutGiven(typed, { reason: "a", amount: 1 }, { reason: "b", amount: 1 }), { amount: 2, note: "y" });
});

for (const [text, value] of [
  ["", {}],
  ['{"a": 1}', { a: 1 }],
  ["[1]", null],
  ["null", null],
  ['{"a": ', null],
]) {
  test(`“${text}” is ${value ? "an object" : "none"}`, () => assert.deepEqual(asObject(text), value));
}
