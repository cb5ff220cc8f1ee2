// References that lead out of the file. A loop's list may be a variable, which no element stands
// for: it is kept by a stand-in. What else leads nowhere is lost when the file is saved, so it is told.

const VARIABLES = new Set(["bpmn:loopDataInputRef", "bpmn:loopDataOutputRef"]);

/** Keep the variables that loops name, from the moment a file is parsed. */
export function keepVariables(modeler) {
  modeler.on("import.parse.complete", ({ warnings = [] }) => {
    for (const { element, property, value } of warnings) {
      if (VARIABLES.has(property)) element.set(property, standIn(modeler.get("moddle"), value));
    }
  });
}

/** What can be referred to as `name` and is written as that name. */
export function standIn(moddle, name) {
  return moddle.create("bpmn:DataObject", { id: name });
}

/** The names of an import's warnings that will be gone when the file is saved. */
export function lostReferences(warnings) {
  const lost = warnings.filter(({ property }) => property && !VARIABLES.has(property));
  return [...new Set(lost.map(({ property, value }) => `${property.split(":").at(-1)} ${value}`))];
}
