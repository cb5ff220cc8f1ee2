// Undo and redo buttons that know whether there is something to take back.

export function mountHistory(root, modeler) {
  const stack = modeler.get("commandStack");
  const undo = root.querySelector("[data-undo]");
  const redo = root.querySelector("[data-redo]");
  const refresh = () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
  };
  undo.addEventListener("click", () => stack.undo());
  redo.addEventListener("click", () => stack.redo());
  modeler.on(["commandStack.changed", "import.done"], refresh);
  refresh();
}
