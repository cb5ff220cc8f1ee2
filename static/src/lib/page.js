// What a page hands to its modules: JSON blocks and preferences kept in cookies.

/** The value of `<script type="application/json" data-NAME>` inside `scope`, else `otherwise`. */
export function readJson(name, scope = document, otherwise = undefined) {
  const block = scope.querySelector(`script[type="application/json"][data-${name}]`);
  return block ? JSON.parse(block.textContent) : otherwise;
}

/** Remember a choice of the person for a year, for the server to render with. */
export function remember(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

// A box that is ticked takes no letters.
const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]:not([contenteditable=false])";

/** True while the person types somewhere: single-letter keys then belong to the text. */
export function isTyping(target) {
  return target.closest?.(TEXT) != null;
}

/** True while a dialog lies over the page. */
export function isCovered() {
  return document.querySelector("dialog[open]") != null;
}

/** Call `run` once `wait_ms` have passed without another call; `.now()` runs what is pending. */
export function debounce(run, wait_ms) {
  let timer = null;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      run();
    }, wait_ms);
  };
  later.now = () => {
    if (timer === null) return undefined;
    clearTimeout(timer);
    timer = null;
    return run();
  };
  return later;
}
