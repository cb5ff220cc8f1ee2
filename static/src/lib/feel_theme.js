// The colours of FEEL while it is written, as custom properties: light or dark like the page around.
// The build puts this in the place of @bpmn-io/cm-theme, whose colours are made for a light ground.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const COLORS = [
  ["--feel-word", tags.keyword, tags.bool, tags.null, tags.typeName],
  ["--feel-text", tags.string, tags.special(tags.string)],
  ["--feel-number", tags.number],
  ["--feel-sign", tags.arithmeticOperator, tags.compareOperator, tags.special(tags.bracket)],
  ["--feel-name", tags.variableName, tags.special(tags.variableName), tags.definition(tags.variableName), tags.propertyName, tags.definition(tags.propertyName)],
  ["--feel-function", tags.function(tags.variableName), tags.function(tags.special(tags.variableName)), tags.function(tags.definition(tags.variableName)), tags.function(tags.propertyName)],
  ["--feel-comment", tags.lineComment, tags.blockComment],
];

const looks = [
  ...COLORS.map(([name, ...tag]) => ({ tag, color: `var(${name})` })),
  { tag: tags.strong, fontWeight: "bold" },
  { tag: tags.emphasis, fontStyle: "italic" },
];

const ground = EditorView.theme({
  "&": { color: "var(--color-text)" },
  ".cm-content": { caretColor: "var(--color-text)" },
});

const theme = [ground, syntaxHighlighting(HighlightStyle.define(looks))];

export { theme as feelDark, theme as feelLight };
