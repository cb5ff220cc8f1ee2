// Words of the scripts in the reader's language: the server hands over what it has translated,
// as `<script type="application/json" data-texts>`; the English text is its own key.

import { readJson } from "./page.js";

let dictionary;

/** The reader's wording of `text`, with `{name}` replaced from `values`. */
export function t(text, values = {}) {
  dictionary ??= readJson("texts", document, {});
  const wording = dictionary[text] ?? text;
  return wording.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}
