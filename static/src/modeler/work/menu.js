// The integrators' connectors in the menus that create and append: a service task, ready to call.

import { t } from "../../lib/texts.js";
import { boxed, madeFrom } from "./choosing.js";

/** After the menus' own entries. */
const PRIORITY = 900;

export class ConnectorMenu {
  static $inject = ["popupMenu", "create", "autoPlace", "elementFactory", "workCatalogue", "mouse", "bpmnFactory"];

  constructor(popupMenu, create, autoPlace, elementFactory, catalogue, mouse, bpmnFactory) {
    this._catalogue = catalogue;
    this._make = (description) => {
      const shape = elementFactory.createShape({ type: "bpmn:ServiceTask" });
      const step = shape.businessObject;
      step.set("name", description.name);
      step.set("extensionElements", boxed(bpmnFactory, madeFrom(bpmnFactory, description), step));
      return shape;
    };
    const creating = (description) => (event) => create.start(event.x ? event : mouse.getLastMoveEvent(), this._make(description));
    const appending = (source) => (description) => () => autoPlace.append(source, this._make(description));
    popupMenu.registerProvider("bpmn-create", PRIORITY, { getPopupMenuEntries: () => this._entries("create", creating) });
    popupMenu.registerProvider("bpmn-append", PRIORITY, {
      getPopupMenuEntries: (source) => this._entries("append", appending(source)),
    });
  }

  _entries(verb, act) {
    const described = this._catalogue.list("connectors").filter(({ type }) => type);
    const made = described.map((one) => [
      `${verb}-connector-${one.key}`,
      {
        label: one.name,
        description: one.description ?? "",
        search: `${one.key} ${t("connector")}`,
        group: { id: "connectors", name: t("Connectors") },
        ...(one.icon ? { imageUrl: one.icon } : { className: "bpmn-icon-service-task" }),
        action: act(one),
      },
    ]);
    return (entries) => ({ ...entries, ...Object.fromEntries(made) });
  }
}

export const ConnectorMenuModule = { __init__: ["workConnectorMenu"], workConnectorMenu: ["type", ConnectorMenu] };
