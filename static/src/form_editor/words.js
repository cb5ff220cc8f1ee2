// The palette and the panel of form-js speak English only, and nothing can be handed to them: what
// they write is said in the reader's language where it stands. What a person wrote is left alone.

import { isTranslated, t } from "../lib/texts.js";

const SPOKEN = ".fjs-palette-container, .fjs-properties-container, .fjs-context-pad";
const WRITTEN = "input, textarea, [data-written], .cm-editor, .bio-properties-panel-header-label, .bio-properties-panel-collapsible-entry-header-title";
/** What form-js puts together: its template, with the name of a component in it. */
const BUILT = [
  [/^Create an? (.+) element$/, "Create a {name} element"],
  [/^Remove (.+)$/, "Remove {name}"],
  [/^List contains (\d+) item$/, "List contains {numOfItems} item"],
  [/^List contains (\d+) items$/, "List contains {numOfItems} items"],
];
const ATTRIBUTES = ["title", "placeholder", "aria-label"];

/** @param {HTMLElement} root what holds the form editor */
export function mountWords(root) {
  if (!isTranslated()) return;
  const heard = new MutationObserver((changes) => {
    for (const { addedNodes, target } of changes) for (const node of [...addedNodes, target]) say(node);
  });
  say(root);
  heard.observe(root, { childList: true, characterData: true, subtree: true, attributeFilter: ATTRIBUTES });
}

function say(node) {
  if (node.nodeType === Node.TEXT_NODE) sayText(node);
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) sayText(texts.currentNode);
  for (const element of [node, ...node.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join())]) {
    if (!element.closest(SPOKEN)) continue;
    for (const name of ATTRIBUTES) {
      const text = element.getAttribute(name);
      if (text && worded(text) !== text) element.setAttribute(name, worded(text));
    }
  }
}

function sayText(node) {
  const text = node.data.trim();
  if (!text || !node.parentElement?.closest(SPOKEN) || node.parentElement.closest(WRITTEN)) return;
  const said = worded(text);
  if (said !== text) node.data = node.data.replace(text, () => said);
}

function worded(text) {
  for (const [pattern, template] of BUILT) {
    const [, name] = pattern.exec(text) ?? [];
    if (name && t(template) !== template) return t(template, { name: t(name), numOfItems: name });
  }
  return t(text);
}
