// The data a preview is filled with.

/** What a text says as a JSON object, or null. */
export function asObject(text) {
  try {
    const value = JSON.parse(text || "{}");
    return value && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** What the fields of a schema say of themselves, by key; what stands in rows of lists is left out. */
export function defaultsOf(schema) {
  const found = {};
  for (const { path, field } of keyed(schema.components ?? [])) {
    if (field.defaultValue === undefined || field.defaultValue === "") continue;
    path.reduce((inner, name, index) => (inner[name] = index === path.length - 1 ? field.defaultValue : (inner[name] ?? {})), found);
  }
  return found;
}

/** Of what was typed, by variable, what the schema still has a field for. */
export function stillThere(schema, typed) {
  const names = new Set(keyed(schema.components ?? []).map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(typed).filter(([name]) => names.has(name)));
}

/** What was typed, without what the data says anew since. */
export function withoutGiven(typed, before, now) {
  const isSame = ([name]) => JSON.stringify(before[name]) === JSON.stringify(now[name]);
  return Object.fromEntries(Object.entries(typed).filter(isSame));
}

/** Fields with a key, and lists, with the path of the variable each writes. */
function keyed(components, above = []) {
  return components.flatMap((field) => {
    const own = (field.key ?? field.path ?? "").split(".").filter(Boolean);
    const path = [...above, ...own];
    if (field.key || field.type === "dynamiclist") return path.length ? [{ path, field }] : [];
    return keyed(field.components ?? [], path);
  });
}
