// What a model refers to survives opening and saving it, or is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BpmnModdle } from "bpmn-moddle";

import { keepVariables, lostReferences } from "../../static/src/modeler/references.js";

const MODEL = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">
  <bpmn:process id="p">
    <bpmn:receiveTask id="wait" messageRef="gone" />
    <bpmn:userTask id="each"><bpmn:multiInstanceLoopCharacteristics>
      <bpmn:loopDataInputRef>orders</bpmn:loopDataInputRef>
      <bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef>
    </bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>
  </bpmn:process>
</bpmn:definitions>`;

/** As much of a modeler as parses a file. */
async function parsed() {
  const moddle = new BpmnModdle();
  const listeners = [];
  keepVariables({ on: (_, listener) => listeners.push(listener), get: () => moddle });
  const { rootElement, warnings } = await moddle.fromXML(MODEL);
  for (const listener of listeners) listener({ warnings });
  return { warnings, xml: (await moddle.toXML(rootElement)).xml };
}

test("a loop over a variable is written as it was read", async () => {
  const { xml } = await parsed();

  assert.match(xml, /<bpmn:loopDataInputRef>orders<\/bpmn:loopDataInputRef>/);
  assert.match(xml, /<bpmn:loopDataOutputRef>results<\/bpmn:loopDataOutputRef>/);
});

test("what leads nowhere is named, the variables are not", async () => {
  const { warnings } = await parsed();

  assert.deepEqual(lostReferences(warnings), ["messageRef gone"]);
});
