// Before a plain form leaves the page, the server is asked whether it would be heard: without a
// connection, or signed out meanwhile, the page stays as it is with all that was typed in it.

import { csrfToken } from "../lib/http.js";
import { findObstacle } from "../lib/presence.js";
import { t } from "../lib/texts.js";

const RESEND_MS = 4000;

export function mountSending(root) {
  if (!root.querySelector("meta[name=signed-in]")) return;
  // On the window, in the bubbling phase: whoever validates or asks first has done so by then.
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || !leavesPage(event)) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
}

function leavesPage({ target, submitter }) {
  const method = submitter?.getAttribute("formmethod") ?? target.getAttribute("method") ?? "";
  return method.toLowerCase() === "post" && !target.closest("[hx-post]") && !submitter?.closest("[hx-post]");
}

async function send(form, submitter) {
  if (form.dataset.sending !== undefined) return;
  form.dataset.sending = "";
  const obstacle = await findObstacle();
  if (obstacle) {
    delete form.dataset.sending;
    tell(form, obstacle);
    form.dispatchEvent(new CustomEvent("form:kept", { bubbles: true }));
    return;
  }
  form.querySelector("[data-sending-problem]")?.remove();
  // Pressed twice is sent once; a page that comes back from the cache, or stays, may send again.
  const again = () => delete form.dataset.sending;
  addEventListener("pageshow", again, { once: true });
  setTimeout(again, RESEND_MS);
  const token = form.elements.namedItem("csrf_token");
  if (token) token.value = csrfToken();
  leave(form, submitter);
}

/** Submit as the browser would have: with the value and the address of the pressed button. */
function leave(form, submitter) {
  if (submitter?.name) {
    const value = document.createElement("input");
    Object.assign(value, { type: "hidden", name: submitter.name, value: submitter.value });
    form.append(value);
    addEventListener("pageshow", () => value.remove(), { once: true });
  }
  const address = submitter?.getAttribute("formaction");
  if (address) form.action = address;
  HTMLFormElement.prototype.submit.call(form);
}

function tell(form, { words, signInUrl }) {
  let box = form.querySelector("[data-sending-problem]");
  if (!box) {
    box = document.createElement("div");
    box.className = "notice notice--error";
    box.dataset.sendingProblem = "";
    box.setAttribute("role", "alert");
    const footer = form.querySelector(".task-form__footer, .dialog__footer, .card-footer");
    if (footer) footer.before(box);
    else form.append(box);
  }
  const sentence = `${words} ${t("Nothing was sent: what you typed is still here.")}`;
  box.replaceChildren(line(sentence));
  if (signInUrl) box.append(signInLink(signInUrl));
  box.scrollIntoView({ block: "nearest" });
}

function line(words) {
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  return paragraph;
}

function signInLink(href) {
  const link = document.createElement("a");
  Object.assign(link, { href, target: "_blank", className: "btn btn-sm" });
  link.textContent = t("Sign in in a new tab, then send this again");
  return link;
}
