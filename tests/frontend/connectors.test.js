import assert from "node:assert/strict";
import { test } from "node:test";

import { describing, mistakeIn, writtenFor } from "../../static/src/modeler/connectors.js";

const HTTP = { key: "http", inputs: [] };
const EXTERNAL = { key: "external", inputs: [] };
const SMS = { key: "sms", type: "http", fixed: { url: "sms:/messages", method: "POST" }, inputs: [{ name: "timeout", default: "PT5S" }] };
const SCORE = { key: "score", type: "external", topic: "score" };
const ALL = [HTTP, EXTERNAL, SMS, SCORE];

test("a step is described by what fits best", () => {
  assert.equal(describing(ALL, { type: "http", topic: "", inputs: { url: "sms:/messages", method: "POST" } }), SMS);
  assert.equal(describing(ALL, { type: "http", topic: "", inputs: { url: "sms:/messages" } }), HTTP);
  assert.equal(describing(ALL, { type: "external", topic: "score", inputs: {} }), SCORE);
  assert.equal(describing(ALL, { type: "external", topic: "other", inputs: {} }), EXTERNAL);
  assert.equal(describing(ALL, { type: "soap", topic: "", inputs: {} }), undefined);
  assert.equal(describing(ALL, null), undefined);
});

test("choosing one writes its fixed parts and defaults", () => {
  assert.deepEqual(writtenFor(SMS), {
    type: "http",
    topic: undefined,
    inputs: { url: "sms:/messages", method: "POST", timeout: "PT5S" },
    outputs: [],
    retry: {},
  });
  assert.equal(writtenFor(HTTP).type, "http");
});

test("a typed parameter says what is wrong, an expression is free", () => {
  const t = (text) => text;
  assert.equal(mistakeIn({ type: "number" }, "12.5", t), null);
  assert.equal(mistakeIn({ type: "number" }, "=amount", t), null);
  assert.ok(mistakeIn({ type: "number" }, "many", t));
  assert.ok(mistakeIn({ type: "expression" }, "amount", t));
  assert.ok(mistakeIn({ required: true }, "", t));
  assert.equal(mistakeIn({}, "", t), null);
});
