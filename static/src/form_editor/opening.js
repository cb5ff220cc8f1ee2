// A form as the editor can show it: form-js opens none in which two fields write to one place.

/**
 * The schema with a key of its own for each field, and the keys that had to be given.
 *
 * @param {object} schema is left as it is
 * @returns {{schema: object, renamed: {from: string, to: string}[]}}
 */
export function openable(schema) {
  const renamed = [];
  const copy = structuredClone(schema);
  tidy(copy.components, new Set(), renamed);
  return { schema: copy, renamed };
}

/** `taken` are the keys of what holds the components; a group or list with a path holds its own. */
function tidy(components, taken, renamed) {
  for (const component of Array.isArray(components) ? components : []) {
    if (typeof component.key === "string" && component.key) {
      const key = freeKey(component.key, taken);
      if (key !== component.key) renamed.push({ from: component.key, to: key });
      component.key = key;
      taken.add(key);
    }
    tidy(component.components, component.path ? new Set() : taken, renamed);
  }
}

function freeKey(key, taken) {
  let free = key;
  for (let number = 2; clashes(free, taken); number += 1) free = `${key.replaceAll(".", "_")}_${number}`;
  return free;
}

/** The same place, or one within the other. */
function clashes(key, taken) {
  return [...taken].some((other) => other === key || other.startsWith(`${key}.`) || key.startsWith(`${other}.`));
}
