// Server errors by path ({"items[0].price": "…"}) matched to the fields of a form-js form.

/** "items[0].price" and "items.0.price" → ["items", "0", "price"]. */
export function pathOf(text) {
  return text.split(/[.[\]]+/).filter(Boolean);
}

/**
 * Errors in the shape of a form-js state: {fieldId: [sentence]}, nested by row indexes in lists.
 * What belongs to no field is left over.
 *
 * @param {Record<string, string>} problems sentences by path
 * @param {{id: string, valuePath: (string | number)[], indexes?: object}[]} fields
 * @returns {{errors: object, left: string[]}}
 */
export function placeErrors(problems, fields) {
  const errors = {};
  const left = [];
  for (const [path, sentence] of Object.entries(problems)) {
    const wanted = pathOf(path).join(".");
    const field = fields.find(({ valuePath }) => valuePath.join(".") === wanted);
    if (!field) {
      left.push(sentence);
      continue;
    }
    nest(errors, [field.id, ...Object.values(field.indexes ?? {})], [sentence]);
  }
  return { errors, left };
}

function nest(target, [key, ...rest], value) {
  if (!rest.length) target[key] = value;
  else nest((target[key] ??= {}), rest, value);
}
