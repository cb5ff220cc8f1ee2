// What the problems panel can mend in a decision by itself: one step that undo takes back.

import { t } from "../lib/texts.js";
import { respelt } from "../designer/feel_spelling.js";
import { placeOf } from "./places.js";

const FIXES = {
  bare_text: quote,
  feel_syntax: respell,
  wrong_type: retype,
  table_unreachable: dropRule,
  table_overlap: decideOverlap,
  unknown_type: nameType,
};

/** Words for types, as people and other tools write them. */
const TYPES = {
  string: ["text", "str", "varchar"],
  number: ["integer", "int", "long", "double", "float", "decimal", "zahl"],
  boolean: ["bool", "yesno", "ja/nein"],
  date: ["datum"],
  time: ["zeit", "uhrzeit"],
  "date and time": ["datetime", "timestamp"],
};

/**
 * How a problem of a decision is mended by one click, or null where a person has to decide.
 *
 * @param modeler dmn-js
 * @param {{rule?: string, element?: string|null, message: string}} problem as the check tells it
 * @returns {{words: string, run: () => Promise<void>} | null}
 */
export function fixOf(modeler, problem) {
  const definitions = problem.element && modeler.getDefinitions();
  const place = definitions && placeOf(definitions, problem.element);
  const table = place?.inLogic ? tableOf(place.node) : null;
  if (!table) return null;
  const fix = FIXES[problem.rule]?.({ table, rule: ruleOf(table, problem.element), message: problem.message });
  return fix && { words: fix.words, run: () => inTable(modeler, place.node, fix.change) };
}

function tableOf(node) {
  const logic = node.decisionLogic;
  return logic?.$instanceOf?.("dmn:DecisionTable") ? logic : null;
}

/** The rule that is, or holds, the element. */
function ruleOf(table, id) {
  return table.get("rule").find((rule) => rule.id === id || cellsOf(rule).some((cell) => cell.id === id));
}

const cellsOf = (rule) => [...rule.get("inputEntry"), ...rule.get("outputEntry")];

/** The change is one of the table's own view, so that it can be taken back there. */
async function inTable(modeler, node, change) {
  const view = modeler.getView(node);
  if (view.id !== modeler.getActiveView()?.id) await modeler.open(view);
  const viewer = modeler.getActiveViewer();
  document.activeElement?.blur();
  change(viewer.get("modeling"), viewer.get("sheet"));
}

/** Writes one cell of a rule anew: the first one that the message tells of and that would change. */
function rewrite({ rule, message }, written) {
  for (const cell of rule ? cellsOf(rule) : []) {
    const wrong = cell.text ?? "";
    const right = wrong && message.includes(wrong) ? written(wrong) : null;
    if (right === null) continue;
    return { words: t("Writes {wrong} as {right}.", { wrong, right }), change: (modeling) => modeling.editCell(cell, right) };
  }
  return null;
}

function quote(place) {
  return rewrite(place, (text) => (/^[^\W\d]\w*$/u.test(text) && place.message.includes(`: ${text} `) ? `"${text}"` : null));
}

/** Letters of other keyboards; words alone are a text. */
function respell(place) {
  return rewrite(place, (text) => respelt(text) ?? (/^[\p{L}_][\p{L}\d_]*(?: [\p{L}\d_]+)+$/u.test(text) && !/\b(?:and|or|in|to|between|not)\b/.test(text) ? `"${text}"` : null));
}

/** A number or a yes in quotes. */
function retype(place) {
  return rewrite(place, (text) => /^"(-?\d+(?:\.\d+)?|true|false)"$/.exec(text)?.[1] ?? null);
}

function dropRule({ table, rule }) {
  if (!rule || table.get("rule").length < 2) return null;
  return {
    words: t("Removes the rule: it never decides anything."),
    change: (modeling, sheet) => modeling.removeRow(sheet.getRoot().rows.find((row) => row.businessObject === rule)),
  };
}

/** The order of the rules tells which counts, unless all of them say the same. */
function decideOverlap({ table }) {
  const answers = new Set(table.get("rule").map((rule) => rule.get("outputEntry").map(({ text }) => text).join("\n")));
  const isSame = answers.size === 1;
  return {
    words: isSame ? t("Sets the hit policy to Any: all rules say the same.") : t("Sets the hit policy to First: of the rules that match, the uppermost decides."),
    change: (modeling) => modeling.editHitPolicy(isSame ? "ANY" : "FIRST", undefined),
  };
}

function nameType({ table, message }) {
  const input = table.get("input").find(({ inputExpression }) => meantBy(inputExpression?.typeRef, message));
  const output = table.get("output").find(({ typeRef }) => meantBy(typeRef, message));
  const wrong = input?.inputExpression.typeRef ?? output?.typeRef;
  if (!wrong) return null;
  const right = meantBy(wrong, message);
  return {
    words: t("Writes {wrong} as {right}.", { wrong, right }),
    change: (modeling) => (input ? modeling.editInputExpressionTypeRef(input.inputExpression, right) : modeling.editOutputTypeRef(output, right)),
  };
}

/** FEEL's type for a word that the message tells of; nothing where the word is FEEL's own. */
function meantBy(word, message) {
  const said = word?.toLowerCase();
  const found = said && message.includes(word) && Object.keys(TYPES).find((type) => type === said || TYPES[type].includes(said));
  return found && found !== word ? found : undefined;
}
