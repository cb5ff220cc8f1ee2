// Files in a form: each is sent to `[data-upload]` as soon as it is chosen, so that sending the form
// is quick and a failed upload loses nothing else. The answers carry `{id, name, mediaType, size}`.

import { Problem, post } from "../lib/http.js";
import { t } from "../lib/texts.js";

const PREFIX = "files::kept-";

/** Values with a key of form-js's registry in the place of files that are there already. */
export function takeKnown(values) {
  const known = new Map();
  const walk = (value) => {
    if (isReferences(value)) {
      const key = `${PREFIX}${known.size}`;
      known.set(key, value);
      return key;
    }
    if (Array.isArray(value)) return value.map(walk);
    return value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each)])) : value;
  };
  return { values: walk(values), known };
}

/** Put files that are there already into the registry, once the form is: it shows their names. */
export function showKnown(form, known) {
  const registry = form.get("fileRegistry");
  for (const [key, files] of known) registry.setFiles(key, files.map(({ name }) => new File([], name)));
}

/**
 * @param {object} form form-js
 * @param {HTMLElement} card with data-upload
 * @param {HTMLFormElement} owner
 * @param {Map<string, object[]>} known references by key of the registry
 */
export function mountFiles(form, card, owner, known) {
  if (!card.dataset.upload) return;
  const pending = new Map();
  const say = sayer(card);
  const read = form._getSubmitData.bind(form);
  form._getSubmitData = () => replaced(read(), known);

  form.on("field.updated", ({ fieldInstance, value }) => {
    const field = form.get("formFieldRegistry").get(fieldInstance?.id);
    if (field?.type !== "filepicker" || typeof value !== "string") return;
    upload(value, form.get("fileRegistry").getFiles(value), field.key);
  });
  owner.addEventListener(
    "submit",
    (event) => {
      if (event.target !== owner || event.submitter?.formNoValidate || !pending.size) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(t("A file is still on its way. Wait a moment, then send again."));
    },
    { capture: true },
  );

  async function upload(key, files, field) {
    const turn = Symbol(key);
    pending.set(key, turn);
    known.delete(key);
    say(t("Sending the file…"));
    try {
      const references = [];
      for (const file of files) references.push(await send(card.dataset.upload, file, field));
      if (pending.get(key) !== turn) return;
      known.set(key, references);
      say(t("The file has arrived."));
      form._setState({});
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      say(`${error.message} ${t("Choose it again; everything else is kept.")}`);
      form.get("fileRegistry").deleteFiles(key);
      form._setState({ data: structuredClone(form._getState().data) });
    } finally {
      if (pending.get(key) === turn) pending.delete(key);
    }
  }
}

/** Answers with the references of files instead of form-js's keys; a key without any is nothing. */
export function replaced(value, known) {
  if (typeof value === "string" && value.startsWith("files::")) return known.get(value) ?? null;
  if (Array.isArray(value)) return value.map((each) => replaced(each, known));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, known)]));
}

function isReferences(value) {
  return Array.isArray(value) && value.length > 0 && value.every((each) => each?.id && each.name && "mediaType" in each);
}

function send(url, file, field) {
  const body = new FormData();
  body.append("file", file);
  body.append("field", field);
  return post(url, body);
}

function sayer(card) {
  const said = document.createElement("p");
  said.className = "form-progress";
  said.setAttribute("role", "status");
  card.append(said);
  return (words) => (said.textContent = words);
}
