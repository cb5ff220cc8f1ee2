// Lists from which somebody removed every row: form-js sends nothing of them, which the server would
// take for "as it was". Here they are sent as empty.

class EmptyLists {
  static $inject = ["form"];

  constructor(form) {
    const read = form._getSubmitData.bind(form);
    form._getSubmitData = () => {
      const { schema, data } = form._getState();
      return withEmptyLists(schema.components, data, read());
    };
  }
}

/** `sent` with `[]` for each list of `components` that has no rows in `data`. */
export function withEmptyLists(components = [], data, sent) {
  return components.reduce((all, component) => withLists(component, data, all), sent);
}

function withLists(component, data, sent) {
  if (!["group", "dynamiclist"].includes(component.type)) return sent;
  const path = component.path ? component.path.split(".") : [];
  const value = at(data, path);
  if (component.type === "group" || component.isRepeating === false) {
    return put(sent, path, withEmptyLists(component.components, value, at(sent, path) ?? {}));
  }
  if (!Array.isArray(value)) return sent;
  if (value.length && at(sent, path) === undefined) return sent;
  return put(sent, path, withRows(component, value, at(sent, path) ?? []));
}

function withRows({ components }, rows, sent) {
  return rows.map((row, index) => {
    const filled = withEmptyLists(components, row, { ...sent[index] });
    return Object.keys(filled).length ? filled : sent[index];
  });
}

function at(value, path) {
  return path.reduce((place, step) => place?.[step], value);
}

/** A copy with `value` at the path; nothing is put where an empty object would be new. */
function put(holder, path, value) {
  const isNothing = !Array.isArray(value) && !Object.keys(value).length && at(holder, path) === undefined;
  if (isNothing) return holder;
  if (!path.length) return value;
  const [first, ...rest] = path;
  return { ...holder, [first]: put(holder?.[first] ?? {}, rest, value) };
}

export const emptyListsModule = {
  __init__: ["emptyLists"],
  emptyLists: ["type", EmptyLists],
};
