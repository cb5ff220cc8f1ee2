// The variables an expression may name, for completion: what the model's forms, mappings, results
// and connectors write, wherever they stand in the diagram.

import { extensionsOf, ownerOf } from "./work/extensions.js";

const WRITERS = {
  "work:Output": (one) => [one.get("name")],
  "work:Out": (one) => [one.get("target")],
  "work:Connector": (one) => one.get("outputs").map((output) => output.get("name")),
  "work:Decision": (one) => [one.get("result")],
  "work:Result": (one) => [one.get("variable")],
  "work:Label": (one) => [one.get("variable")],
};

export class Variables {
  static $inject = ["elementRegistry", "workCatalogue", "eventBus"];

  constructor(elementRegistry, workCatalogue, eventBus) {
    this._registry = elementRegistry;
    this._catalogue = workCatalogue;
    /** What the whole diagram writes, until something changes: every field of the panel asks. */
    this._known = null;
    eventBus.on(["elements.changed", "commandStack.changed", "import.done"], 5000, () => {
      this._known = null;
    });
  }

  /** @returns {{name: string}[]} sorted; `extra` names exist only in this place */
  of(element, extra = []) {
    this._known ??= this._registry.getAll().flatMap((shape) => this._written(ownerOf(shape)));
    const names = new Set([...extra, ...this._known]);
    for (const name of localNames(ownerOf(element))) names.add(name);
    return [...names].filter(Boolean).sort().map((name) => ({ name }));
  }

  _written(owner) {
    const written = Object.entries(WRITERS).flatMap(([type, names]) => extensionsOf(owner, type).flatMap(names));
    const forms = extensionsOf(owner, "work:Form").flatMap((form) => this._catalogue.find("forms", form.get("key"))?.keys ?? []);
    return [...written, ...forms];
  }
}

function localNames(owner) {
  return [
    ...extensionsOf(owner, "work:Input").map((input) => input.get("name")),
    ...extensionsOf(owner, "work:Collection").map((collection) => collection.get("item")),
  ];
}

export const VariablesModule = { workVariables: ["type", Variables] };
