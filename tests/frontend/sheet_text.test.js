// Cells of a spreadsheet that are pasted into a decision table.

import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsOf, feelOfCell, isSheet } from "../../static/src/decision_editor/sheet_text.js";

test("tabs and line ends divide cells, and the last line end divides nothing", () => {
  assert.deepEqual(cellsOf("a\tb\r\nc\t\r\n"), [["a", "b"], ["c", ""]]);
  assert.deepEqual(cellsOf("a\n\nb"), [["a"], [""], ["b"]]);
  assert.deepEqual(cellsOf("\tx"), [["", "x"]]);
});

test("a cell that a spreadsheet had to quote is what stands in it", () => {
  assert.deepEqual(cellsOf('"""gold"""\t"two\nlines"\nx'), [['"gold"', "two\nlines"], ["x"]]);
});

test("quotes of FEEL stay", () => {
  assert.deepEqual(cellsOf('"gold","silver"\t"gold"'), [['"gold","silver"', '"gold"']]);
});

test("a text needs no quotes in a column of texts", () => {
  assert.equal(feelOfCell("gold", "string"), '"gold"');
  assert.equal(feelOfCell(" Gas (small) ", "feel:string"), '"Gas (small)"');
  for (const said of ['"gold"', 'not("gold")', "-", "", "null"]) assert.equal(feelOfCell(said, "string"), said);
  assert.equal(feelOfCell("=customer.level", "string"), "customer.level");
});

test("other columns take what is written", () => {
  assert.equal(feelOfCell("[1..5)", "number"), "[1..5)");
  assert.equal(feelOfCell("gold", ""), "gold");
});

test("several lines alone may be one expression", () => {
  assert.equal(isSheet("if a\nthen b", ""), false);
  assert.equal(isSheet("1\n2", "<table><tr><td>1</td></tr></table>"), true);
  assert.equal(isSheet("1\t2", ""), true);
  assert.equal(isSheet("1\n", "<td>1</td>"), false);
});
