// Tabs after the ARIA pattern: [role=tablist] of [role=tab aria-controls=id], arrows move.
// The open tab is kept in the address (#id), so that it can be shared.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function mountTabs(root) {
  for (const list of root.querySelectorAll("[role=tablist]")) openFromAddress(list);
  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    event.preventDefault();
    select(tab);
    history.replaceState(null, "", `#${tab.getAttribute("aria-controls")}`);
  });
  root.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[role=tab]");
    if (!tab) return;
    const next = neighbour(tab, event.key);
    if (!next) return;
    event.preventDefault();
    select(next);
    next.focus();
  });
}

function openFromAddress(list) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const wanted = tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
  const open = wanted ?? tabs.find((tab) => tab.ariaSelected === "true") ?? tabs[0];
  if (open) select(open);
}

function neighbour(tab, key) {
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  if (key === "Home") return tabs[0];
  if (key === "End") return tabs.at(-1);
  if (!(key in STEPS)) return null;
  return tabs[(tabs.indexOf(tab) + STEPS[key] + tabs.length) % tabs.length];
}

function select(tab) {
  for (const other of tab.closest("[role=tablist]").querySelectorAll("[role=tab]")) {
    const isOpen = other === tab;
    other.setAttribute("aria-selected", String(isOpen));
    other.classList.toggle("active", isOpen);
    other.tabIndex = isOpen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !isOpen;
  }
  tab.dispatchEvent(new CustomEvent("tab:open", { bubbles: true }));
}
