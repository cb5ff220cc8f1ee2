// Undo and redo of the view that is open; each view has a history of its own.

export function mountHistory(root, modeler) {
  const undo = root.querySelector("[data-undo]");
  const redo = root.querySelector("[data-redo]");
  const stack = () => modeler.getActiveViewer()?.get("commandStack");
  const refresh = () => {
    undo.disabled = !stack()?.canUndo();
    redo.disabled = !stack()?.canRedo();
  };
  undo.addEventListener("click", () => stack().undo());
  redo.addEventListener("click", () => stack().redo());
  modeler.on("views.changed", refresh);
  modeler.on("viewer.created", ({ viewer }) => viewer.on("commandStack.changed", refresh));
  refresh();
}
