// The processes that ask this decision: the way back from a table to its business rule task.

/** @param {{name: string, url: string}[]} users */
export function mountUsers(root, users) {
  const place = root.querySelector("[data-users]");
  place.hidden = users.length === 0;
  place.querySelector("ul").replaceChildren(
    ...users.map(({ name, url }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = url;
      link.textContent = name;
      item.append(link);
      return item;
    }),
  );
}
