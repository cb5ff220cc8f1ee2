// Builds elements: h("button", {class: "btn", onclick: press}, "Step").

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A label over an input. */
export function field(label, input, hint) {
  input.id ||= `trial-${++count}`;
  const parts = [h("label", { class: "field__label", for: input.id }, label), input];
  if (hint) parts.push(h("p", { class: "field__hint" }, hint));
  return h("div", { class: "field" }, parts);
}

let count = 0;

/** What a JSON field holds; throws a SyntaxError in words when it is none. */
export function jsonOf(input) {
  const text = input.value.trim();
  return text ? JSON.parse(text) : {};
}

/** A text field for JSON. */
export function jsonInput(value, rows = 4) {
  return h("textarea", { class: "form-control trial-json", rows, spellcheck: "false", value: pretty(value) });
}

export function pretty(value) {
  return JSON.stringify(value ?? {}, null, 2);
}
