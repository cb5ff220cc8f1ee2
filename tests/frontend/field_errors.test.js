// Server errors find their fields.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pathOf, placeErrors } from "../../static/src/lib/field_errors.js";

const FIELDS = [
  { id: "Field_1", valuePath: ["amount"], indexes: {} },
  { id: "Field_2", valuePath: ["items", 0, "price"], indexes: { List_1: 0 } },
  { id: "Field_2", valuePath: ["items", 1, "price"], indexes: { List_1: 1 } },
];

test("paths are read in both spellings", () => {
  assert.deepEqual(pathOf("items[0].price"), ["items", "0", "price"]);
  assert.deepEqual(pathOf("items.0.price"), ["items", "0", "price"]);
});

test("an error lands at its field, in a list at its row", () => {
  const { errors, left } = placeErrors({ amount: "Too much.", "items[1].price": "Missing." }, FIELDS);

  assert.deepEqual(errors, { Field_1: ["Too much."], Field_2: { 1: ["Missing."] } });
  assert.deepEqual(left, []);
});

test("an error without a field is kept to be shown above the form", () => {
  const { left } = placeErrors({ "": "The meter is unknown." }, FIELDS);

  assert.deepEqual(left, ["The meter is unknown."]);
});
