// What the problems panel can mend by itself: only where there is one right way, and never more than
// one step that undo takes back.

import { t } from "../../lib/texts.js";
import { ownerOf } from "../work/extensions.js";
import { branchFixes } from "./branches.js";
import { eventFixes } from "./events.js";
import { referenceFixes } from "./references.js";
import { timeFixes } from "./times.js";

const FIXES = { ...branchFixes, ...eventFixes, ...referenceFixes, ...timeFixes, not_executable: markExecutable };

/**
 * How a problem is mended by one click, or null where a person has to decide.
 *
 * @param {{get: (service: string) => object}} modeler
 * @param {{rule?: string, element?: string|null, message: string}} problem as the check tells it
 * @returns {{words: string, run: () => void} | null} `words`: what it does, as a sentence
 */
export function fixOf(modeler, problem) {
  const shape = problem.element && shapeOf(modeler.get("elementRegistry"), problem.element);
  if (!shape) return null;
  const [modeling, workCatalogue, workVariables] = ["modeling", "workCatalogue", "workVariables"].map((name) => modeler.get(name));
  const place = { modeling, workCatalogue, workVariables, shape, owner: ownerOf(shape), message: problem.message };
  return FIXES[problem.rule]?.(place) ?? null;
}

/** A process that lies in a pool is drawn by the pool. */
function shapeOf(registry, id) {
  return registry.get(id) ?? registry.find((shape) => ownerOf(shape).get("id") === id);
}

function markExecutable({ modeling, shape, owner }) {
  if (owner.get("isExecutable")) return null;
  return {
    words: t("Marks the process as executable."),
    run: () => modeling.updateModdleProperties(shape, owner, { isExecutable: true }),
  };
}
