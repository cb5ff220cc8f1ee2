// Keys of every page: "?" shows them, "G" then a letter jumps to the link with that data-jump,
// [data-hotkey] is pressed by its key, and Ctrl/⌘ Enter presses [data-complete], also while typing.

import { isCovered, isTyping } from "../lib/page.js";

const CHORD_MS = 1500;

export function mountKeys(root) {
  let chordUntil = 0;
  root.addEventListener("keydown", (event) => {
    if (completes(event) && follow("[data-complete]")) event.preventDefault();
    if (!isForPage(event)) return;
    const key = event.key.toLowerCase();
    const isChord = performance.now() < chordUntil;
    chordUntil = key === "g" && !isChord ? performance.now() + CHORD_MS : 0;

    const done = isChord ? follow(`[data-jump="${CSS.escape(key)}"]`) : single(key);
    if (done) event.preventDefault();
  });
}

function completes({ key, ctrlKey, metaKey, defaultPrevented }) {
  return key === "Enter" && (ctrlKey || metaKey) && !defaultPrevented && !isCovered();
}

/** Not a shortcut of the browser, not text, not for a dialog that lies over the page. */
function isForPage(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !isTyping(event.target) && !isCovered();
}

function single(key) {
  if (key === "?") return showHelp();
  return key.length === 1 && follow(`[data-hotkey="${CSS.escape(key)}"]`);
}

function follow(selector) {
  const target = document.querySelector(selector);
  if (!target) return false;
  const panel = target.closest("[role=tabpanel][hidden]");
  if (panel) document.getElementById(panel.getAttribute("aria-labelledby"))?.click();
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}

function showHelp() {
  const help = document.querySelector("dialog[data-help]");
  help?.showModal();
  return help !== null;
}
