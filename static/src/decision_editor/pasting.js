// Cells of a spreadsheet pasted into a table: they fill rules and columns from the cell with the
// cursor on, rules that lack are added, and all of it is one step to take back.

import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";

import { announce } from "../lib/announce.js";
import { t } from "../lib/texts.js";
import { cellsOf, feelOfCell, isSheet } from "./sheet_text.js";

const COMMAND = "work.cells.paste";
/** More than a table can be worked with. */
const MAX_ROWS = 5_000;

class PasteCells {
  static $inject = ["modeling", "sheet"];

  constructor(modeling, sheet) {
    this._modeling = modeling;
    this._sheet = sheet;
  }

  /** `{texts, row, column}`; texts beyond the last column are that of the annotation, then none. */
  preExecute({ texts, row, column }) {
    for (const [down, line] of texts.entries()) {
      const rule = this._sheet.getRoot().rows[row + down] ?? this._modeling.addRow({ type: "dmn:DecisionRule" });
      for (const [across, text] of line.entries()) this._write(rule, column + across, text);
    }
  }

  _write(rule, column, text) {
    const cell = rule.cells[column];
    if (cell) {
      const wanted = feelOfCell(text, typeOf(cell.col));
      if (cell.businessObject.text !== wanted) this._modeling.editCell(cell.businessObject, wanted);
    } else if (column === rule.cells.length) this._modeling.editAnnotation(rule.businessObject, text.trim() || undefined);
  }
}

/** FEEL's name of what a column holds. */
function typeOf({ businessObject }) {
  return businessObject.inputExpression?.typeRef ?? businessObject.typeRef ?? "";
}

class Pasting extends CommandInterceptor {
  static $inject = ["eventBus", "commandStack"];

  constructor(eventBus, commandStack) {
    super(eventBus);
    commandStack.registerHandler(COMMAND, PasteCells);
  }
}

export const PastingModule = { __init__: ["workPasting"], workPasting: ["type", Pasting] };

/** Take what is pasted into a cell of the open table. */
export function mountPasting(canvas, modeler) {
  canvas.addEventListener("paste", (event) => {
    const place = placeOf(event.target, modeler);
    const data = event.clipboardData;
    const text = data?.getData("text/plain") ?? "";
    if (!place || !isSheet(text, data.getData("text/html"))) return;
    event.preventDefault();
    event.stopPropagation();
    paste(modeler.getActiveViewer(), place, cellsOf(text));
  }, { capture: true });
}

function paste(viewer, place, texts) {
  if (texts.length > MAX_ROWS) {
    announce(t("{count} rows are too many: paste {limit} at a time.", { count: texts.length, limit: MAX_ROWS }));
    return;
  }
  // A cell that is being edited would write what it held over what is pasted.
  document.activeElement?.blur();
  viewer.get("selection").deselect();
  const paging = viewer.get("workPaging");
  paging.isHeld = true;
  try {
    viewer.get("commandStack").execute(COMMAND, { texts, ...place });
  } finally {
    paging.isHeld = false;
  }
  announce(texts.length === 1 ? t("1 row pasted") : t("{count} rows pasted", { count: texts.length }));
}

/** The cell that something is in, as the numbers of its rule and column from 0. */
function placeOf(target, modeler) {
  const element = target.closest?.("tbody td[data-element-id]")?.dataset.elementId;
  if (!element || modeler.getActiveView()?.type !== "decisionTable") return null;
  const { rows } = modeler.getActiveViewer().get("sheet").getRoot();
  for (const [row, { id, cells }] of rows.entries()) {
    const column = cells.findIndex((cell) => cell.id === element);
    if (column >= 0) return { row, column };
    if (id === element) return { row, column: cells.length };
  }
  return null;
}
