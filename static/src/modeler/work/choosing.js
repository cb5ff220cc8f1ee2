// Choosing a connector: a command that replaces it with all its description brings, in one step.

import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";

import { writtenFor } from "../connectors.js";
import { create, ownerOf } from "./extensions.js";

class ChooseConnector {
  static $inject = ["modeling", "bpmnFactory"];

  constructor(modeling, bpmnFactory) {
    this._modeling = modeling;
    this._bpmnFactory = bpmnFactory;
  }

  /** `{element, description}`; no description removes what is there. */
  preExecute({ element, description }) {
    const owner = ownerOf(element);
    const box = owner.get("extensionElements");
    const kept = (box?.get("values") ?? []).filter((one) => !this._isReplaced(one, description));
    const values = [...kept, ...(description ? madeFrom(this._bpmnFactory, description) : [])];
    const extensionElements = values.length ? boxed(this._bpmnFactory, values, owner) : undefined;
    this._modeling.updateModdleProperties(element, owner, { extensionElements });
  }

  _isReplaced(extension, description) {
    const isRetry = extension.$type === "work:Retry";
    return extension.$type === "work:Connector" || (isRetry && Object.keys(description?.retry ?? {}).length > 0);
  }
}

/** The extensions that a description brings. */
export function madeFrom(bpmnFactory, description) {
  const { type, topic, inputs, outputs, retry } = writtenFor(description);
  const connector = bpmnFactory.create("work:Connector", { type, topic });
  const child = (kind) => (properties) => create(bpmnFactory, kind, properties, connector);
  connector.set("inputs", Object.entries(inputs).map(([name, value]) => ({ name, value })).map(child("work:Input")));
  connector.set("outputs", outputs.map(({ name, value }) => ({ name, value })).map(child("work:Output")));
  return Object.keys(retry).length ? [connector, bpmnFactory.create("work:Retry", retry)] : [connector];
}

/** A box around extensions, within the element that owns them. */
export function boxed(bpmnFactory, values, owner) {
  const box = bpmnFactory.create("bpmn:ExtensionElements", { values });
  box.$parent = owner;
  for (const value of values) value.$parent = box;
  return box;
}

class Choosing extends CommandInterceptor {
  static $inject = ["eventBus", "commandStack"];

  constructor(eventBus, commandStack) {
    super(eventBus);
    commandStack.registerHandler("work.connector.choose", ChooseConnector);
  }
}

export const ChoosingModule = { __init__: ["workChoosing"], workChoosing: ["type", Choosing] };
