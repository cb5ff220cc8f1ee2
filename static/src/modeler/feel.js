// What the FEEL editor completes: the functions that our engine has, with the words of those
// that FEEL editors explain already.

import { camundaBuiltins } from "@camunda/feel-builtins";

/**
 * @param {string[]} names the engine's functions
 * @returns {{parserDialect: string, builtins: {name: string}[]}}
 */
export function languageOf(names) {
  const known = new Set(names);
  const explained = camundaBuiltins
    .filter(({ name }) => known.has(name))
    .map((builtin) => ({ ...builtin, info: () => words(builtin.info) }));
  const found = new Set(explained.map(({ name }) => name));
  const bare = names.filter((name) => !found.has(name)).map((name) => ({ name, type: "function", params: [] }));
  return { parserDialect: "camunda", builtins: [...explained, ...bare] };
}

/** The explanation is the library's own markup. */
function words(html) {
  const element = document.createElement("div");
  element.innerHTML = html;
  return element;
}
