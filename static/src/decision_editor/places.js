// Where an element of the file is to be seen: in the overview, or in the logic of a decision.

/**
 * The node of the requirements graph that holds the element, and whether it lies in its logic.
 *
 * @returns {{node: object, inLogic: boolean} | undefined}
 */
export function placeOf(definitions, id) {
  for (const node of definitions.get("drgElement") ?? []) {
    if (node.id === id) return { node, inLogic: false };
    const logic = node.decisionLogic ?? node.encapsulatedLogic;
    if (logic && holds(logic, id)) return { node, inLogic: true };
  }
  return undefined;
}

function holds(element, id) {
  if (element.id === id) return true;
  return parts(element).some((part) => holds(part, id));
}

/** What an element contains, as the file nests it. */
function parts(element) {
  const { properties } = element.$descriptor;
  return properties
    .filter(({ isReference, isAttr }) => !isReference && !isAttr)
    .flatMap(({ name }) => element[name.split(":").at(-1)] ?? [])
    .filter((part) => part?.$descriptor);
}
