// What the problems panel mends by one click: one command each, which undo takes back.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { bundled } from "./bundled.js";

globalThis.document = { querySelector: () => null };
const { BpmnModdle, CommandStack, EventBus, UpdateModdleProperties, UpdateProperties, fixOf, spanOf } = await bundled(`
  export { BpmnModdle } from "bpmn-moddle";
  export { default as CommandStack } from "diagram-js/lib/command/CommandStack";
  export { default as EventBus } from "diagram-js/lib/core/EventBus";
  export { default as UpdateModdleProperties } from "bpmn-js/lib/features/modeling/cmd/UpdateModdlePropertiesHandler";
  export { default as UpdateProperties } from "bpmn-js/lib/features/modeling/cmd/UpdatePropertiesHandler";
  export { fixOf } from "../../static/src/modeler/fixes/index.js";
  export { spanOf } from "../../static/src/modeler/fixes/spoken_time.js";
`);
const work = JSON.parse(await readFile(new URL("../../engine/bpmn/work.json", import.meta.url)));

const CATALOGUE = { forms: ["sign_up", "Verdict"], decisions: [], processes: ["refund", "REFUND"] };

/** As much of the designer as reads a process and changes it by commands. */
async function designer(inside, processAttributes = 'isExecutable="true"') {
  const moddle = new BpmnModdle({ work });
  const { rootElement, elementsById } = await moddle.fromXML(
    `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:work="urn:back-office:bpmn:work:1"
      id="d" targetNamespace="x"><bpmn:process id="p" ${processAttributes}>${inside}</bpmn:process></bpmn:definitions>`,
  );
  const shapes = Object.values(elementsById).map((object) => ({ id: object.get("id"), businessObject: object, labels: [] }));
  const elementRegistry = {
    get: (id) => shapes.find((shape) => shape.id === id),
    find: (wanted) => shapes.find(wanted),
    filter: (wanted) => shapes.filter(wanted),
  };
  for (const shape of shapes) shape.source = elementRegistry.get(shape.businessObject.get("sourceRef")?.id);
  const injector = { instantiate: (Handler) => new Handler(elementRegistry, moddle) };
  const stack = new CommandStack(new EventBus(), injector);
  stack.registerHandler("moddle", UpdateModdleProperties);
  stack.registerHandler("plain", UpdateProperties);
  const modeling = {
    updateModdleProperties: (element, moddleElement, properties) =>
      stack.execute("moddle", { element, moddleElement, properties }),
    updateProperties: (element, properties) => stack.execute("plain", { element, properties }),
  };
  const services = {
    elementRegistry,
    modeling,
    workCatalogue: { list: (kind) => CATALOGUE[kind].map((key) => ({ key })) },
    workVariables: { of: () => [{ name: "order" }] },
  };
  return {
    stack,
    get: (name) => services[name],
    write: async () => (await moddle.toXML(rootElement)).xml,
  };
}

const WAYS = (first, second, third = "") => `
  <bpmn:exclusiveGateway id="which"><bpmn:outgoing>a</bpmn:outgoing><bpmn:outgoing>b</bpmn:outgoing><bpmn:outgoing>c</bpmn:outgoing></bpmn:exclusiveGateway>
  <bpmn:parallelGateway id="all" /><bpmn:endEvent id="end" />
  <bpmn:sequenceFlow id="a" sourceRef="which" targetRef="end">${first}</bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="b" sourceRef="which" targetRef="end">${second}</bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="c" sourceRef="which" targetRef="end"><bpmn:conditionExpression>=c</bpmn:conditionExpression></bpmn:sequenceFlow>${third}`;
const IF = "<bpmn:conditionExpression>=x</bpmn:conditionExpression>";
const user = (extension) =>
  `<bpmn:userTask id="t"><bpmn:extensionElements>${extension}</bpmn:extensionElements></bpmn:userTask>`;
const timer = (kind, text) => `<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition>
  <bpmn:${kind}>${text}</bpmn:${kind}></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>`;
const receive = (key) => `<bpmn:receiveTask id="t"><bpmn:extensionElements><work:correlation key="${key}" />
  </bpmn:extensionElements></bpmn:receiveTask>`;

for (const [what, rule, element, message, drawing, mended] of [
  ["the only way without a condition becomes the default", "branch_without_condition", "b", "", WAYS(IF, ""), /id="which" default="b"/],
  ["a default loses its condition", "default_with_condition", "a", "", WAYS(IF, IF), /<bpmn:sequenceFlow id="a" [^>]*\/>/],
  ["a condition that nothing looks at goes", "condition_without_effect", "a", "", WAYS(IF, IF), /<bpmn:sequenceFlow id="a" [^>]*\/>/],
  ["a default that leaves another element goes", "wrong_default", "t", "", `<bpmn:task id="t" default="b" />${WAYS(IF, IF)}`, /<bpmn:task id="t" \/>/],
  ["an error at a border interrupts", "must_interrupt", "t", "", '<bpmn:boundaryEvent id="t" cancelActivity="false" />', /<bpmn:boundaryEvent id="t" \/>/],
  ["a message finds its case by a variable", "literal_key", "t", "", receive("order"), /key="=order"/],
  ["a form is spelt as it is deployed", "missing_reference", "t", "the form verdict", user('<work:form key="verdict" />'), /key="Verdict"/],
  ["a timer is written in ISO 8601", "expression", "t", "The timer “3 days” is", timer("timeDuration", "3 days"), />P3D</],
  ["a due date is written in ISO 8601", "duration", "t", "due “2 Stunden”", user('<work:schedule due="2 Stunden" remind="soon" />'), /due="PT2H" remind="soon"/],
]) {
  test(`${what}, and undo brings it back`, async () => {
    const open = await designer(drawing);
    const before = await open.write();

    const fix = fixOf(open, { rule, element, message });
    fix.run();

    assert.match(fix.words, /\w\.$/);
    assert.match(await open.write(), mended);
    assert.equal(fixOf(open, { rule, element, message }), null);
    open.stack.undo();
    assert.equal(await open.write(), before);
    assert.ok(!open.stack.canUndo());
  });
}

test("a process is marked as executable", async () => {
  const open = await designer("", "");

  fixOf(open, { rule: "not_executable", element: "p", message: "" }).run();

  assert.match(await open.write(), /isExecutable="true"/);
});

for (const [why, rule, message, drawing, element = "t"] of [
  ["two ways have no condition", "branch_without_condition", "", WAYS("", ""), "a"],
  ["the gateway has a default", "branch_without_condition", "", WAYS(IF, "").replace('id="which"', 'id="which" default="a"'), "b"],
  ["nothing writes such a variable", "literal_key", "", receive("K-17")],
  ["no form is spelt alike", "missing_reference", "the form verdicts", user('<work:form key="verdicts" />')],
  ["two processes are spelt alike", "missing_reference", "the process Refund", '<bpmn:callActivity id="t" calledElement="Refund" />'],
  ["it is no span of time", "expression", "The timer “soon” is", timer("timeDuration", "soon")],
  ["it is a date", "timer", "The timer “3 days” is", timer("timeDate", "3 days")],
  ["another setting is meant", "duration", "remind “soon”", user('<work:schedule due="2 days" remind="soon" />')],
  ["no rule mends it", "task_without_kind", "", '<bpmn:task id="t" />'],
  ["the element is gone", "literal_key", "", receive("order"), "gone"],
]) {
  test(`a person decides where ${why}`, async () => {
    assert.equal(fixOf(await designer(drawing), { rule, element, message }), null);
  });
}

for (const [text, span] of [
  ["3 days", "P3D"],
  ["1 week, 2 days", "P1W2D"],
  ["90 min", "PT90M"],
  ["1 Tag und 4 Stunden", "P1DT4H"],
  ["2 months", "P2M"],
  ["1 h 30 min.", "PT1H30M"],
  ["3 m", null],
  ["3 days 2 days", null],
  ["days", null],
  ["3 days after", null],
  ["P3D", null],
  ["in 3 days", null],
]) {
  test(`“${text}” is ${span}`, () => assert.equal(spanOf(text), span));
}
