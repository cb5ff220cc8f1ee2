// FEEL ends ranges with either bracket, `[1..5)` or `]1..5[`: what the editor adds of itself would
// stay behind what is typed. It goes on closing braces and quotes.

import { EditorState, Prec, StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const closing = Prec.highest(EditorState.languageData.of(() => [{ closeBrackets: { brackets: ["{", '"'] } }]));
const told = new WeakSet();

/** Tell each editor of a cell in `canvas` before its first key; dmn-js has no setting for it. */
export function mountBrackets(canvas) {
  canvas.addEventListener("keydown", ({ target }) => tell(EditorView.findFromDOM(target)), { capture: true });
}

function tell(editor) {
  if (!editor || told.has(editor)) return;
  told.add(editor);
  editor.dispatch({ effects: StateEffect.appendConfig.of(closing) });
}
