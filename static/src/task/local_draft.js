// What could not be stored on the server yet, kept in this browser under the person's name.

const AT_MOST = 20;

/** @param {string} person @param {string} url of the draft */
export function localDraft(person, url, storage = globalThis.localStorage) {
  const prefix = `draft ${person} `;
  const key = prefix + url;
  return {
    /** @param {{answers: object, revision: number}} draft */
    keep(draft) {
      attempt(() => {
        forgetOldest(storage, prefix, key);
        storage.setItem(key, JSON.stringify({ ...draft, at: Date.now() }));
      });
    },
    read: () => attempt(() => JSON.parse(storage.getItem(key))) ?? null,
    drop: () => attempt(() => storage.removeItem(key)),
  };
}

function forgetOldest(storage, prefix, but) {
  const keys = Object.keys(storage).filter((each) => each.startsWith(prefix) && each !== but);
  const age = (each) => JSON.parse(storage.getItem(each)).at ?? 0;
  keys.sort((one, other) => age(one) - age(other));
  for (const each of keys.slice(0, Math.max(0, keys.length - AT_MOST + 1))) storage.removeItem(each);
}

/** Storage may be full or forbidden: the text is still on the page then. */
function attempt(run) {
  try {
    return run();
  } catch {
    return undefined;
  }
}
