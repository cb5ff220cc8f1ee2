// What an element can refer to: forms, decisions, processes, connectors and groups, as the page knows them.

import { t } from "../lib/texts.js";
import { languageOf } from "./feel.js";

export class Catalogue {
  static $inject = ["config.catalogue"];

  /** @param {{forms, decisions, processes, connectors: {key, name}[], groups, functions: string[]}} contents */
  constructor(contents) {
    this._contents = contents ?? {};
    /** What FEEL knows here. */
    this.language = languageOf(this.list("functions"));
  }

  list(kind) {
    return this._contents[kind] ?? [];
  }

  find(kind, key) {
    return this.list(kind).find((one) => one.key === key);
  }

  /** Options of a select; what the model names and nobody knows stays visible. */
  options(kind, current, nothing) {
    const known = this.list(kind).map(({ key, name }) => ({
      value: key,
      label: !name || name === key ? key : kind === "connectors" ? t(name) : `${name} (${key})`,
    }));
    const options = [{ value: "", label: nothing }, ...known];
    if (!current || this.find(kind, current)) return options;
    return [...options, { value: current, label: t("{key} (not found)", { key: current }) }];
  }
}

export const CatalogueModule = { workCatalogue: ["type", Catalogue] };
