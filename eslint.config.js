// Rules for the front end: the recommended ones, and the habits of STYLE.md that a tool can hold.

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/dist/", "node_modules/", ".venv/"] },
  js.configs.recommended,
  {
    files: ["static/src/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.name='fetch']",
          message: "lib/http.js is the only fetch: it carries the CSRF token and names failures.",
        },
        { selector: "MemberExpression[object.name='window']", message: "No globals of our own." },
      ],
    },
  },
  { files: ["static/src/lib/http.js"], rules: { "no-restricted-syntax": "off" } },
  {
    files: ["static/build.mjs", "tests/frontend/**", "eslint.config.js"],
    languageOptions: { globals: globals.node },
  },
  {
    rules: {
      complexity: ["error", 10],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 260, skipBlankLines: true, skipComments: true }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
