// Notifications on this device, for those who ask for them.

/** @param {HTMLButtonElement} button shown where the browser can and was not asked yet */
export function mountAsking(button) {
  if (!("Notification" in globalThis) || Notification.permission !== "default") return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.hidden = (await Notification.requestPermission()) !== "default";
  });
}
