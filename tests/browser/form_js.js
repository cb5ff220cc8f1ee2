// Opens a form in form-js with data, presses submit at once, and says what would be sent.

import { createForm } from "@bpmn-io/form-js-viewer";

globalThis.submitted = async (schema, data) => {
  const container = document.createElement("div");
  document.body.append(container);
  const form = await createForm({ container, schema, data });
  await new Promise((resolve) => setTimeout(resolve, 120));
  const sent = form.submit();
  form.destroy();
  container.remove();
  return { data: sent.data, errors: sent.errors };
};
