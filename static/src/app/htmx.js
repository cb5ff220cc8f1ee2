// htmx under a strict policy: no injected style, no eval, the CSRF token on every request,
// and an answer with an error shown where the person looks.

import htmx from "htmx.org";

import { announce } from "../lib/announce.js";
import { csrfToken } from "../lib/http.js";
import { t } from "../lib/texts.js";

const SILENCE = "The server cannot be reached. Nothing was lost here; try again in a moment.";

export function mountHtmx(root) {
  Object.assign(htmx.config, {
    includeIndicatorStyles: false,
    allowEval: false,
    allowScriptTags: false,
    selfRequestsOnly: true,
    scrollBehavior: "auto",
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      // A refused form comes back as the same fragment with its errors.
      { code: "422", swap: true, error: false },
      { code: "...", swap: false, error: true },
    ],
  });
  root.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  // Modules that put in markup of the server themselves say so.
  addEventListener("fragment:added", ({ detail }) => htmx.process(detail));
  root.addEventListener("htmx:responseError", (event) => {
    notify(event.target, sentence(event.detail.xhr));
  });
  root.addEventListener("htmx:sendError", (event) => notify(event.target, t(SILENCE)));
  root.addEventListener("htmx:timeout", (event) => notify(event.target, t(SILENCE)));
}

function sentence(xhr) {
  try {
    return JSON.parse(xhr.responseText).message;
  } catch {
    return xhr.getResponseHeader("X-Problem") ?? t("The server answered {status}. Reload the page to see what is true now.", { status: xhr.status });
  }
}

/** Write into the nearest `[role=status]` of the row or form, else into the page's notice. */
function notify(element, message) {
  const place =
    element.closest("[data-task], tr, form, section")?.querySelector("[role=status]") ??
    document.querySelector("[data-notice]");
  if (place) place.textContent = message;
  else announce(message);
}
