// Theme and row height, as the person likes them: set at once, remembered in a cookie.
// The browser's time zone is told the same way.
// Buttons: <button data-theme-toggle>, <button data-theme-choice="dark">, <button data-density-toggle>.

import { remember } from "../lib/page.js";

const NEXT_DENSITY = { comfortable: "compact", compact: "comfortable" };

export function mountPreferences(root) {
  const page = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if ((page.dataset.theme ?? "auto") === "auto") page.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  remember("zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
  dark.addEventListener("change", follow);
  follow();

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-toggle], [data-theme-choice], [data-density-toggle]");
    if (!button) return;
    event.preventDefault();
    if ("densityToggle" in button.dataset) {
      page.dataset.density = NEXT_DENSITY[page.dataset.density ?? "comfortable"];
      remember("density", page.dataset.density);
      return;
    }
    const opposite = page.dataset.bsTheme === "dark" ? "light" : "dark";
    choose(page, button.dataset.themeChoice ?? opposite);
    follow();
  });
}

function choose(page, theme) {
  page.dataset.theme = theme;
  if (theme !== "auto") page.dataset.bsTheme = theme;
  remember("theme", theme);
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}
