// What the problems panel mends by one click in decisions and forms.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { bundled } from "./bundled.js";

globalThis.document = { querySelector: () => null, activeElement: null };
const { DmnModdle, decisionFix, formFix, openable, respelt } = await bundled(`
  export { DmnModdle } from "dmn-moddle";
  export { fixOf as decisionFix } from "../../static/src/decision_editor/fixes.js";
  export { fixOf as formFix } from "../../static/src/form_editor/fixes.js";
  export { openable } from "../../static/src/form_editor/opening.js";
  export { respelt } from "../../static/src/designer/feel_spelling.js";
`);

const STARTER = await readFile(new URL("../../designer/starters/blank_table.dmn", import.meta.url), "utf8");

/** An editor with one table of `rules` ([input, output] each), as far as a fix needs it. */
async function decision(rules, { type = "number", policy = "UNIQUE" } = {}) {
  const written = rules
    .map(([test, answer], at) => `<rule id="r${at + 1}"><inputEntry id="i${at + 1}"><text>${test}</text></inputEntry><outputEntry id="o${at + 1}"><text>${answer}</text></outputEntry></rule>`)
    .join("");
  const xml = STARTER.replaceAll("__key__", "grade")
    .replaceAll("__name__", "Grade")
    .replace(/<rule [\s\S]*<\/rule>/, written)
    .replace('typeRef="number"', `typeRef="${type}"`)
    .replace("UNIQUE", policy);
  const { rootElement } = await new DmnModdle().fromXML(xml);
  const table = rootElement.get("drgElement")[0].decisionLogic;
  const modeling = {
    editCell: (cell, text) => (cell.text = text),
    editHitPolicy: (name) => (table.hitPolicy = name),
    editInputExpressionTypeRef: (expression, name) => (expression.typeRef = name),
    removeRow: ({ businessObject }) => table.get("rule").splice(table.get("rule").indexOf(businessObject), 1),
  };
  const sheet = { getRoot: () => ({ rows: table.get("rule").map((businessObject) => ({ businessObject })) }) };
  const view = { id: "grade" };
  return {
    table,
    getDefinitions: () => rootElement,
    getView: () => view,
    getActiveView: () => view,
    getActiveViewer: () => ({ get: (name) => ({ modeling, sheet })[name] }),
    cells: () => table.get("rule").map((rule) => [rule.get("inputEntry")[0].text, rule.get("outputEntry")[0].text]),
  };
}

async function mended(editor, rule, element, message) {
  const fix = decisionFix(editor, { rule, element, message });
  await fix?.run();
  return fix?.words ?? null;
}

test("a text without quotes gets them, in the cell that is told of", async () => {
  const editor = await decision([["gold", "good"]], { type: "string" });
  assert.equal(await mended(editor, "bare_text", "r1", "Regel 1, Result: good wird als Variable gelesen."), 'Writes good as "good".');
  assert.deepEqual(editor.cells(), [["gold", '"good"']]);
});

test("letters of other keyboards become FEEL's", async () => {
  const editor = await decision([["≥ 5", "“good”"], ["'gold'", '"x"'], ["5 to 7", '"x"']]);
  await mended(editor, "feel_syntax", "r1", "'≥ 5': Unexpected character");
  await mended(editor, "feel_syntax", "r1", "'“good”': Unexpected character");
  await mended(editor, "feel_syntax", "r2", `"'gold'": Unexpected`);
  assert.equal(await mended(editor, "feel_syntax", "r3", "'5 to 7': Unexpected"), null);
  assert.deepEqual(editor.cells(), [[">= 5", '"good"'], ['"gold"', '"x"'], ["5 to 7", '"x"']]);
});

test("a number in quotes loses them, and other words for types become FEEL's", async () => {
  const editor = await decision([['"5"', '"a"']], { type: "Integer" });
  await mended(editor, "wrong_type", "r1", 'Rule 1, Amount: "5" is no number');
  await mended(editor, "unknown_type", "grade_expression", "There is no type Integer.");
  assert.equal(editor.cells()[0][0], "5");
  assert.equal(editor.table.get("input")[0].inputExpression.typeRef, "number");
  assert.equal(await mended(editor, "unknown_type", "grade_expression", "There is no type Sting."), null);
});

test("a rule that is never reached goes, and rules that clash get a policy that lets them", async () => {
  const editor = await decision([["", '"a"'], ["5", '"b"']], { policy: "FIRST" });
  await mended(editor, "table_unreachable", "r2", "Rule 2 is never reached");
  assert.deepEqual(editor.cells(), [["", '"a"']]);

  const differing = await decision([["> 1", '"a"'], ["> 2", '"b"']]);
  await mended(differing, "table_overlap", "r2", "Rules 1 and 2 both match");
  const same = await decision([["> 1", '"a"'], ["> 2", '"a"']]);
  await mended(same, "table_overlap", "r2", "Rules 1 and 2 both match");
  assert.deepEqual([differing.table.hitPolicy, same.table.hitPolicy], ["FIRST", "ANY"]);
});

/** What a fix of a form does to the field. */
function inForm(field, rule, message = "", others = []) {
  const changed = {};
  const services = {
    formFieldRegistry: { get: () => field, getAll: () => [...others, field] },
    modeling: { editFormField: (_, properties) => Object.assign(changed, properties) },
  };
  const fix = formFix({ get: (name) => services[name] }, { rule, element: "x", message });
  fix?.run();
  return fix ? changed : null;
}

test("a field without a key, or with that of another, gets one of its own", () => {
  assert.deepEqual(inForm({ type: "number", key: "", label: "Größe der Wohnung" }, "form_key"), { key: "grosseDerWohnung" });
  assert.deepEqual(inForm({ type: "number", key: "amount" }, "form_key", "", [{ key: "amount" }]), { key: "amount_2" });
  const first = { type: "number", key: "amount" };
  assert.equal(inForm(first, "form_key", "", []), null);
  assert.equal(inForm({ type: "group" }, "form_key"), null);
});

test("conditions begin with an equals sign, and FEEL is written in its own letters", () => {
  assert.deepEqual(inForm({ conditional: { hide: "a = 1" } }, "form_condition"), { conditional: { hide: "=a = 1" } });
  assert.deepEqual(inForm({ type: "expression", expression: "a + 1" }, "form_feel"), { expression: "=a + 1" });
  assert.deepEqual(inForm({ conditional: { hide: "=a == “x”" } }, "form_feel", "“=a == “x”” is not valid FEEL"), { conditional: { hide: '=a = "x"' } });
});

test("what nothing checks or knows is taken away, or written as it is known", () => {
  assert.deepEqual(inForm({ validate: { required: true, maxWords: 3 } }, "form_rule", "Nothing checks the rule “maxWords”."), { validate: { required: true } });
  assert.equal(inForm({ validate: { min: "ten" } }, "form_rule", "Its rule “min” is not a number."), null);
  assert.deepEqual(inForm({ properties: { class: "Personal" } }, "form_class", "Its class “Personal” is not known"), { properties: { class: "personal" } });
  assert.deepEqual(inForm({ properties: { step: "true" } }, "form_step"), { properties: {} });
});

test("texts in quotes are left as they are", () => {
  assert.equal(respelt('a = "x && y <> z"'), null);
  assert.equal(respelt("a && b == 'it'"), 'a and b = "it"');
});

test("a form in which fields write to one place can be opened: the later ones get keys of their own", () => {
  const list = { type: "dynamiclist", path: "rows", components: [{ key: "a" }, { key: "a" }] };
  const written = { components: [{ key: "a" }, { components: [{ key: "a" }, { key: "a.b" }] }, list, { type: "text" }] };
  const { schema, renamed } = openable(written);
  assert.deepEqual(renamed, [{ from: "a", to: "a_2" }, { from: "a.b", to: "a_b_2" }, { from: "a", to: "a_2" }]);
  assert.deepEqual(schema.components[1].components, [{ key: "a_2" }, { key: "a_b_2" }]);
  assert.equal(written.components[1].components[0].key, "a");
  assert.deepEqual(openable({ components: [{ key: "a" }, { key: "b" }] }).renamed, []);
});
