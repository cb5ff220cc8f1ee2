// Hands text to the person as a file.

/** Save `text` under `name` ("onboarding.bpmn"). */
export function download(text, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Ask for one file and read it as text; null when the person picks none. */
export function pick(accept) {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", async () => resolve((await input.files[0]?.text()) ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}
