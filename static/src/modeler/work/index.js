// The `work` part of the properties panel: our provider in business words, after BPMN's own groups.

import { CatalogueModule } from "../catalogue.js";
import { VariablesModule } from "../variables.js";
import { ChoosingModule } from "./choosing.js";
import { ConnectorMenuModule } from "./menu.js";
import { WorkProvider } from "./provider.js";

export default {
  __depends__: [CatalogueModule, VariablesModule, ChoosingModule, ConnectorMenuModule],
  __init__: ["workProvider"],
  workProvider: ["type", WorkProvider],
};
