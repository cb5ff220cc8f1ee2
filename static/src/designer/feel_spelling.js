// FEEL as people of other tools and keyboards write it, in FEEL's own letters: “gold” → "gold", a == b → a = b.

const TYPED = [
  [/[“”„‟«»]/g, '"'],
  [/≥/g, ">="],
  [/≤/g, "<="],
  [/≠/g, "!="],
  [/[‐‑–−]/g, "-"],
  [/\u00a0/g, " "],
];
/** What other languages write outside of texts. */
const OTHERS = [
  [/'([^'"]*)'/g, '"$1"'],
  [/={2,3}/g, "="],
  [/!==/g, "!="],
  [/<>/g, "!="],
  [/\s*&&\s*/g, " and "],
  [/\s*\|\|\s*/g, " or "],
];

/**
 * The text in FEEL's letters, or null where nothing is written in others.
 *
 * @param {string} text
 */
export function respelt(text) {
  let found = TYPED.reduce((said, [written, meant]) => said.replace(written, meant), text);
  // Every second part stands between quotes: there all is meant as it is.
  found = found
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, index) => (index % 2 ? part : OTHERS.reduce((said, [written, meant]) => said.replace(written, meant), part)))
    .join("");
  return found === text ? null : found;
}
