// A click on an element tells the page (`diagram:select`) and goes where the element leads:
// its link, else the part of the page with data-element="id".

export function linkElements(card, viewer, links) {
  const canvas = viewer.get("canvas");
  for (const id of Object.keys(links)) {
    if (viewer.get("elementRegistry").get(id)) canvas.addMarker(id, "diagram-link");
  }
  viewer.on("element.click", ({ element }) => {
    const id = element.labelTarget?.id ?? element.id;
    const name = element.businessObject.name ?? "";
    const untouched = card.dispatchEvent(
      new CustomEvent("diagram:select", { bubbles: true, cancelable: true, detail: { elementId: id, name } }),
    );
    if (untouched) follow(id, links[id]);
  });
}

function follow(id, href) {
  if (href) {
    location.assign(href);
    return;
  }
  const part = document.querySelector(`[data-element="${CSS.escape(id)}"]`);
  if (!part) return;
  part.scrollIntoView({ block: "nearest" });
  part.classList.add("is-pointed-at");
  setTimeout(() => part.classList.remove("is-pointed-at"), 1600);
}
