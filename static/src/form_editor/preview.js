// The form as associates will see it: the same script and style as the task page, in a dialog.

export function mountPreview(root, editor) {
  const dialog = root.querySelector("[data-preview-dialog]");
  const place = dialog.querySelector("[data-preview]");
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-preview-open]")) open();
  });

  function open() {
    const form = document.createElement("form");
    const card = document.createElement("div");
    card.dataset.form = "";
    card.append(block("schema", editor.saveSchema()));
    const button = document.createElement("button");
    button.className = "btn btn-primary";
    button.textContent = place.dataset.tryLabel;
    const answer = document.createElement("pre");
    answer.className = "preview__answer";
    form.append(card, button, answer);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      delete form.dataset.sent;
      answer.textContent = JSON.stringify(JSON.parse(form.elements.answers.value), null, 2);
    });
    place.replaceChildren(form);
    dialog.showModal();
    card.dispatchEvent(new CustomEvent("form:mount", { bubbles: true, detail: { preview: true } }));
  }
}

function block(name, value) {
  const script = document.createElement("script");
  script.type = "application/json";
  script.setAttribute(`data-${name}`, "");
  script.textContent = JSON.stringify(value);
  return script;
}
