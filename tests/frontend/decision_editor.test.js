// What the decision editor makes of typed values, of matched rules, and where it finds elements.

import assert from "node:assert/strict";
import { test } from "node:test";

import { feelOf } from "../../static/src/decision_editor/feel_text.js";
import { editable } from "../../static/src/decision_editor/versions.js";
import { placeOf } from "../../static/src/decision_editor/places.js";

test("a text needs no quotes, a date no sign, a number nothing", () => {
  assert.equal(feelOf('say "hi"', "string"), '"say \\"hi\\""');
  assert.equal(feelOf("2026-11-21", "date"), '@"2026-11-21"');
  assert.equal(feelOf('date("2026-11-21")', "date"), 'date("2026-11-21")');
  assert.equal(feelOf("P2D", "feel:days and time duration"), '@"P2D"');
  assert.equal(feelOf(" 12 ", "number"), "12");
  assert.equal(feelOf("[1, 2]", ""), "[1, 2]");
});

test("an equals sign begins FEEL whatever the type, and nothing is nothing", () => {
  assert.equal(feelOf('=upper case("a")', "string"), 'upper case("a")');
  assert.equal(feelOf("  ", "string"), "");
});

const element = (id, properties = {}) => ({
  id,
  ...properties,
  $descriptor: { properties: Object.keys(properties).map((name) => ({ name: `dmn:${name}` })) },
});

test("an element is found in the overview or in the logic of a decision", () => {
  const cell = element("cell");
  const table = element("table", { rule: [element("rule", { inputEntry: [cell] })] });
  const decision = { id: "top", decisionLogic: table };
  const definitions = { get: () => [{ id: "amount" }, decision] };

  assert.deepEqual(placeOf(definitions, "top"), { node: decision, inLogic: false });
  assert.deepEqual(placeOf(definitions, "cell"), { node: decision, inLogic: true });
  assert.equal(placeOf(definitions, "nowhere"), undefined);
});

test("a file of another version of DMN gets the names that the editor reads", () => {
  const head = (model, pictures) => `<definitions xmlns="${model}" xmlns:dmndi="${pictures}"/>`;
  const known = head("https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20191111/DMNDI/");

  assert.equal(editable(head("https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20230324/DMNDI/")), known);
  assert.equal(editable(head("http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20180521/DMNDI/")), known);
  assert.equal(editable(known), known);
});
