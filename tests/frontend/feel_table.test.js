// FEEL in the browser (feelin) beside the engine's own: one table, and every difference is listed.
//
// docs/guides/feel-differences.md holds the list, under the clause that settles each. A difference
// that is not listed fails, and so does one that is listed and is there no more.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { evaluate } from "feelin";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const ROWS = JSON.parse(read("tests/core/feel/expressions.json"));
const LISTED = listed(read("docs/guides/feel-differences.md"));
const ENDLESS = "does not end";

function listed(page) {
  const rows = page.matchAll(/^\| `` (.*) `` \| `` (.*) `` \| `` (.*) `` \|$/gm);
  return new Map([...rows].map(([, text, ours, theirs]) => [text, [ours, theirs]]));
}

function answer(text) {
  try {
    return inWords(evaluate(text, {}).value);
  } catch (error) {
    const isSyntax = /Incomplete|Unrecognized|Syntax/.test(`${error.name} ${error.message}`);
    return isSyntax ? "does not compile" : "fails";
  }
}

function inWords(value, inside = false) {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return inside ? JSON.stringify(value) : value;
  if (value.parameterNames) return `function(${value.parameterNames.join(", ")})`;
  if (Array.isArray(value)) return `[${value.map((each) => inWords(each, true)).join(", ")}]`;
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([name, each]) => `${name}: ${inWords(each, true)}`);
    return `{${entries.join(", ")}}`;
  }
  return String(value.toJSON ? inWords(value.toJSON()) : value);
}

test("the browser gives the engine's answers but for the differences that are listed", () => {
  const found = new Map();
  for (const [text, ours] of ROWS) {
    const theirs = LISTED.get(text)?.[1] === ENDLESS ? ENDLESS : answer(text);
    if (theirs !== ours) found.set(text, [ours, theirs]);
  }

  assert.deepEqual(found, LISTED);
});

test("every difference is listed once, under a clause", () => {
  const page = read("docs/guides/feel-differences.md");
  const sections = page.split(/^## /m).slice(1);

  assert.ok(sections.every((each) => /^\d+\.\d+(\.\d+)* /.test(each)));
  assert.equal((page.match(/^\| `` /gm) ?? []).length, LISTED.size);
});
