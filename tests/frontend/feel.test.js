// The FEEL editor offers what the engine has, and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";

import { languageOf } from "../../static/src/modeler/feel.js";

const offered = (names) => [...new Set(languageOf(names).builtins.map(({ name }) => name))];

test("a function that the engine lacks is not offered", () => {
  assert.deepEqual(offered(["count", "sum"]), ["count", "sum"]);
});

test("a function that nobody explains is offered by its name", () => {
  assert.deepEqual(offered(["list replace"]), ["list replace"]);
});
