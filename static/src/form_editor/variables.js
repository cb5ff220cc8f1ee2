// Properties panel of the form editor: a field takes its key from the variables of the processes that
// show the form, instead of having it typed.

import { jsx, jsxs } from "preact/jsx-runtime";

import { t } from "../lib/texts.js";

const AFTER = "key";

/** Offer `names` from now on. */
export function offerVariables(editor, names) {
  if (!names.length) return;
  const provider = new VariableProvider(names, editor.get("pathRegistry"), editor.get("formFields"));
  editor.get("propertiesPanel").registerProvider(provider, 400);
}

class VariableProvider {
  constructor(names, paths, types) {
    Object.assign(this, { names, paths, types });
  }

  getGroups(field, editField) {
    return (groups) => {
      const general = groups.find(({ id }) => id === "general");
      if (!general || !this.types.get(field?.type)?.config.keyed) return groups;
      const names = this.names.filter((name) => name === field.key || this.isFree(field, name));
      const entry = { id: "variable", component: VariableEntry, field, editField, names };
      const place = general.entries.findIndex(({ id }) => id === AFTER) + 1;
      const entries = general.entries.toSpliced(place || general.entries.length, 0, entry);
      return groups.map((group) => (group === general ? { ...general, entries } : group));
    };
  }

  /** No other field writes it, or into it. */
  isFree(field, name) {
    const path = this.paths.getValuePath(field, { replacements: { [field.id]: [name] } });
    return this.paths.canClaimPath(path, { isClosed: true, claimerId: field.id });
  }
}

function VariableEntry({ field, editField, names }) {
  const change = ({ target }) => target.value && editField(field, "key", target.value);
  const option = (name) => jsx("option", { value: name, "data-written": "", children: name }, name);
  return jsx("div", {
    class: "bio-properties-panel-entry",
    "data-entry-id": "variable",
    children: jsxs("div", {
      class: "bio-properties-panel-select",
      children: [
        jsx("label", { for: "bio-properties-panel-variable", class: "bio-properties-panel-label", children: t("Take a variable") }),
        jsxs("select", {
          id: "bio-properties-panel-variable",
          class: "bio-properties-panel-input",
          value: names.includes(field.key) ? field.key : "",
          onChange: change,
          children: [jsx("option", { value: "", children: t("Choose") }, ""), ...names.map(option)],
        }),
        jsx("div", {
          class: "bio-properties-panel-description",
          children: t("Written elsewhere in the processes that show this form: it becomes the key."),
        }),
      ],
    }),
  });
}
