// Ctrl (or Cmd) and a key: {"s": save, "shift+d": deploy}.

/** @param {Record<string, () => void>} chords by key, in small letters */
export function mountChords(chords) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const act = chords[`${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
