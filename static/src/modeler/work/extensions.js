// Reads and changes the `work` elements of a BPMN element; every change is one command, so undo works.

import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

/**
 * @typedef {{modeling: object, bpmnFactory: object}} Services
 */

/** What carries the settings of a shape: a pool, or the page around a single one, stands for its process. */
export function ownerOf(element) {
  const object = getBusinessObject(element);
  if (is(object, "bpmn:Participant")) return object.get("processRef") ?? object;
  if (!is(object, "bpmn:Collaboration")) return object;
  const processes = object.get("participants").map((pool) => pool.get("processRef")).filter(Boolean);
  return processes.length === 1 ? processes[0] : object;
}

export function extensionsOf(owner, type) {
  const values = owner.get("extensionElements")?.get("values") ?? [];
  return values.filter((value) => is(value, type));
}

export function extensionOf(owner, type) {
  return extensionsOf(owner, type)[0];
}

/** Set attributes of the one extension of `type`: made when missing, gone when nothing is left of it. */
export function writeExtension(services, element, type, properties) {
  const owner = ownerOf(element);
  const current = extensionOf(owner, type);
  if (!current) {
    if (Object.values(properties).some(isFilled)) addExtension(services, element, type, properties);
    return;
  }
  if (isEmptyWith(current, properties)) removeExtension(services, element, current);
  else services.modeling.updateModdleProperties(element, current, properties);
}

/** Append an extension, also beside others of its type. */
export function addExtension({ modeling, bpmnFactory }, element, type, properties) {
  const owner = ownerOf(element);
  const box = owner.get("extensionElements");
  const parent = box ?? bpmnFactory.create("bpmn:ExtensionElements", { values: [] });
  const added = create(bpmnFactory, type, properties, parent);
  if (box) {
    modeling.updateModdleProperties(element, box, { values: [...box.get("values"), added] });
    return added;
  }
  parent.values = [added];
  parent.$parent = owner;
  modeling.updateModdleProperties(element, owner, { extensionElements: parent });
  return added;
}

export function removeExtension({ modeling }, element, extension) {
  const owner = ownerOf(element);
  const box = owner.get("extensionElements");
  const values = box.get("values").filter((value) => value !== extension);
  if (values.length) modeling.updateModdleProperties(element, box, { values });
  else modeling.updateModdleProperties(element, owner, { extensionElements: undefined });
}

/** A moddle element below `parent`. */
export function create(bpmnFactory, type, properties, parent) {
  const element = bpmnFactory.create(type, properties);
  element.$parent = parent;
  return element;
}

function isEmptyWith(current, properties) {
  return current.$descriptor.properties.every(({ name }) => {
    const short = name.split(":").at(-1);
    const value = short in properties ? properties[short] : current.get(name);
    return !isFilled(value);
  });
}

function isFilled(value) {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== "" && value !== false;
}
