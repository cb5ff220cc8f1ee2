// Words of the scripts in the reader's language: the server hands over what it has translated,
// as `<script type="application/json" data-texts>`; the English text is its own key. Pages of the
// designer add those of its editors, as `data-editor-texts`.

import { readJson } from "./page.js";

let dictionary;

/** The reader's wording of `text`, with `{name}` replaced from `values`. */
export function t(text, values = {}) {
  dictionary ??= { ...readJson("texts", document, {}), ...readJson("editor-texts", document, {}) };
  const wording = dictionary[text] ?? text;
  return wording.replace(/\{\s?(\w+)\s?\}/g, (hole, name) => String(values[name] ?? hole));
}

/** Whether the page is in another language than the texts of the scripts. */
export const isTranslated = () => Boolean(document.querySelector("script[data-texts]"));

/** The language of the page, for dates and numbers that a script writes. */
export const language = () => globalThis.document?.documentElement?.lang || undefined;
