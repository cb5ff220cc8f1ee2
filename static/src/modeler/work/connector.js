// What an automated step calls, what it gives back, and what happens when the call fails.

import { ListGroup } from "@bpmn-io/properties-panel";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../../lib/texts.js";
import { attribute, choice, expression, group, own, rows, text, value } from "./entries.js";
import { describing, mistakeIn, saidBy } from "../connectors.js";
import { addExtension, create, extensionOf, extensionsOf, ownerOf, removeExtension } from "./extensions.js";

export function connectorGroups(element, context) {
  if (!callsOut(element)) return [];
  const connector = extensionOf(ownerOf(element), "work:Connector");
  const type = describing(context.catalogue.list("connectors"), saidBy(connector));
  return [
    callGroup(element, connector, type, context),
    connector && inputsGroup(element, connector, type, context),
    connector && outputsGroup(element, connector, context),
    connector && retryGroup(),
    connector && errorsGroup(element, context),
  ].filter(Boolean);
}

function callsOut(element) {
  const owner = getBusinessObject(element);
  if (is(owner, "bpmn:ServiceTask") || is(owner, "bpmn:SendTask")) return true;
  if (is(owner, "bpmn:BusinessRuleTask")) return !extensionOf(owner, "work:Decision");
  return is(owner, "bpmn:ThrowEvent") && owner.get("eventDefinitions").some((one) => is(one, "bpmn:MessageEventDefinition"));
}

function callGroup(element, connector, type, { catalogue }) {
  return group(
    "work-connector",
    "Connector",
    [
      choice({
        id: "work-connector-type",
        label: "What it does",
        description: type?.description,
        options: () => catalogue.options("connectors", type?.key ?? connector?.get("type"), t("Nothing yet")),
        read: () => type?.key ?? connector?.get("type") ?? "",
        write: (shape, changed, services) => choose(services, shape, catalogue.find("connectors", changed)),
      }),
      connector?.get("type") === "external" &&
        !type?.topic &&
        text({
          id: "work-connector-topic",
          label: "Topic",
          description: "Workers in any language lease calls by this name",
          ...attribute("work:Connector", "topic"),
        }),
      ...(type?.inputs ?? []).map((input) => inputEntry(connector, input)),
    ],
    { isOpen: true },
  );
}

/** One command, so that one undo takes all of it back. */
function choose({ injector }, element, description) {
  injector.get("commandStack").execute("work.connector.choose", { element, description });
}

/** A parameter the connector describes: filled in place, absent from the model while empty. */
function inputEntry(connector, described) {
  const { name, label, description, options, long } = described;
  const find = () => connector.get("inputs").find((input) => input.get("name") === name);
  const spec = {
    id: `work-connector-input-${name}`,
    label,
    description,
    long,
    read: () => find()?.get("value") ?? "",
    write: (element, changed, services) => writeInput(services, element, connector, find(), name, changed),
    validate: (written) => mistakeIn(described, written, t),
  };
  if (!options) return value(spec);
  return choice({ ...spec, options: () => ["", ...options].map((one) => ({ value: one, label: one || t("As usual") })) });
}

function writeInput({ modeling, bpmnFactory }, element, connector, current, name, changed) {
  const inputs = connector.get("inputs");
  if (current && changed) modeling.updateModdleProperties(element, current, { value: changed });
  else if (current) modeling.updateModdleProperties(element, connector, { inputs: inputs.filter((one) => one !== current) });
  else if (changed) {
    const added = create(bpmnFactory, "work:Input", { name, value: changed }, connector);
    modeling.updateModdleProperties(element, connector, { inputs: [...inputs, added] });
  }
}

function inputsGroup(element, connector, type, { services }) {
  const described = new Set([...(type?.inputs ?? []).map(({ name }) => name), ...Object.keys(type?.fixed ?? {})]);
  const free = connector.get("inputs").filter((input) => !described.has(input.get("name")));
  return parameterRows("work-connector-inputs", described.size ? "More to send" : "What to send", element, connector, "inputs", free, services);
}

function outputsGroup(element, connector, { services }) {
  return parameterRows("work-connector-outputs", "Keep from the answer", element, connector, "outputs", connector.get("outputs"), services);
}

function parameterRows(id, label, element, connector, list, shown, { modeling, bpmnFactory }) {
  const isOutput = list === "outputs";
  return rows({
    id,
    label,
    element,
    rows: shown,
    title: (row) => row.get("name"),
    fields: (row, rowId) => [
      text({ id: `${rowId}-name`, label: isOutput ? "Variable" : "Name", ...own(row, "name") }),
      isOutput
        ? expression({ id: `${rowId}-value`, label: "From the answer", description: "For example =response.body.score", extra: ["response"], ...own(row, "value") })
        : value({ id: `${rowId}-value`, label: "Value", ...own(row, "value") }),
    ],
    add: () => {
      const added = create(bpmnFactory, isOutput ? "work:Output" : "work:Input", { name: "", value: "" }, connector);
      modeling.updateModdleProperties(element, connector, { [list]: [...connector.get(list), added] });
    },
    remove: (row) =>
      modeling.updateModdleProperties(element, connector, { [list]: connector.get(list).filter((one) => one !== row) }),
  });
}

function retryGroup() {
  const entry = (name, spec) => ({ id: `work-retry-${name}`, ...spec, ...attribute("work:Retry", name) });
  return group("work-retry", "When the call fails", [
    text(entry("attempts", { label: "Attempts", description: "Then an incident waits for a person. Usual: 3" })),
    text(entry("delay", { label: "First wait", description: "Usual: PT10S" })),
    text(entry("backoff", { label: "Then longer by", description: "Factor from one wait to the next. Usual: 2" })),
    text(entry("max", { label: "Longest wait", description: "For example PT10M" })),
    text(entry("jitter", { label: "Spread by chance", description: "0.2 is a fifth either way. Usual: 0.2" })),
    expression(entry("final", { label: "Give up at once when", description: "For example =response.status = 410", extra: ["response", "failure"] })),
    choice(
      entry("promise", {
        label: "If an attempt's outcome is unknown",
        options: () => [
          { value: "", label: t("As usual: call again") },
          { value: "at-least-once", label: t("Call again (the partner may see it twice)") },
          { value: "at-most-once", label: t("Do not call again (ask a person)") },
        ],
      }),
    ),
  ]);
}

function errorsGroup(element, { services }) {
  const owner = ownerOf(element);
  return {
    ...rows({
      id: "work-errors",
      label: "Business errors",
      element,
      rows: extensionsOf(owner, "work:ErrorMap"),
      title: (row) => row.get("code"),
      fields: (row, id) => [
        text({ id: `${id}-code`, label: "Error code", description: "Caught by an error event with this code", ...own(row, "code") }),
        expression({ id: `${id}-when`, label: "When", description: "For example =response.status = 404", extra: ["response"], ...own(row, "when") }),
      ],
      add: () => addExtension(services, element, "work:ErrorMap", { code: "", when: "" }),
      remove: (row) => removeExtension(services, element, row),
    }),
    component: ListGroup,
  };
}
