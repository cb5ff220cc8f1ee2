// Asks before a half-filled form is left.

/** @returns {{touch: () => void, release: () => void}} */
export function guardChanges(form) {
  let isChanged = false;
  form.on("field.updated", () => {
    // Nothing is returned: that would keep the event from those who listen after.
    isChanged = true;
  });
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
  return {
    /** The form holds typed text that is not stored. */
    touch: () => (isChanged = true),
    /** The text is on its way to the server. */
    release: () => (isChanged = false),
  };
}
