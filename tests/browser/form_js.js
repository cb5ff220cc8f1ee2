// Opens a form as the task page does, with data, presses submit at once, and says what would be sent.

import { createForm } from "@bpmn-io/form-js-viewer";

import { emptyListsModule } from "../../static/src/task/lists.js";
import { requiredModule } from "../../static/src/task/required.js";

globalThis.submitted = async (schema, data) => {
  const container = document.createElement("div");
  document.body.append(container);
  const form = await createForm({ container, schema, data, additionalModules: [requiredModule, emptyListsModule] });
  await settled(form);
  const sent = form.submit();
  form.destroy();
  container.remove();
  return { data: sent.data, errors: sent.errors };
};

/** Once nothing has changed for a while, however slow the machine: fields register as they are drawn. */
async function settled(form) {
  let before = "";
  for (let round = 0, same = 0; round < 100 && same < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    const now = JSON.stringify([form._getState().data, form.get("formFieldInstanceRegistry").getAll().map(({ instanceId }) => instanceId)]);
    same = now === before ? same + 1 : 0;
    before = now;
  }
}
