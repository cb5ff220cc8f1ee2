// A `[data-print]` button opens the browser's own dialog for printing.

export function mountPrint() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
}
