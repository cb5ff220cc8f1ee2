// The deploy dialog: what will be deployed, what the check says, then the new version.

import { get, post, Problem } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { summary } from "./problems.js";

/** @param {{root, config, draft, problems}} parts of the open editor */
export function mountDeployment({ root, config, draft, problems }) {
  const dialog = root.querySelector("[data-deploy-dialog]");
  const form = dialog.querySelector("form");
  const button = dialog.querySelector("[data-deploy-now]");

  const open = async () => {
    dialog.querySelector("[data-deploy-problem]").hidden = true;
    dialog.showModal();
    button.disabled = true;
    const isSaved = await draft.save();
    const [{ verdict, problems: found }, plan] = await Promise.all([problems.check(), get(config.urls.plan)]);
    describe(dialog, plan, verdict, found);
    button.disabled = !isSaved || verdict === "refused" || !plan.may_deploy;
    if (!isSaved) complain(dialog, t("The draft is not saved yet, so it cannot be deployed."));
  };
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-deploy]")) open();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const { url } = await post(config.urls.deployment, { message: form.elements.message.value });
      location.assign(url);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      complain(dialog, error.message);
      button.disabled = false;
    }
  });
  return { open };
}

function describe(dialog, plan, verdict, found) {
  const rows = plan.parts.map(({ name, file, note }) => {
    const item = document.createElement("li");
    const title = document.createElement("strong");
    title.textContent = name;
    item.append(title, ` ${file} — ${note}`);
    return item;
  });
  dialog.querySelector("[data-deploy-parts]").replaceChildren(...rows);
  dialog.querySelector("[data-deploy-summary]").textContent = verdictSentence(verdict, found);
  const note = dialog.querySelector("[data-deploy-note]");
  note.textContent = plan.note ?? "";
  note.hidden = !plan.note;
  dialog.querySelector("[data-deploy-now]").textContent = plan.action;
}

function verdictSentence(verdict, found) {
  if (verdict === "refused") return t("{summary}. Mend the errors first.", { summary: summary(found) });
  if (verdict === "drawing") return t("{summary}. It can be deployed and walked through, but is not finished.", { summary: summary(found) });
  return t("{summary}.", { summary: summary(found) });
}

function complain(dialog, sentence) {
  const place = dialog.querySelector("[data-deploy-problem]");
  place.textContent = sentence;
  place.hidden = false;
}
