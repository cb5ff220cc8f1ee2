// Which groups an element gets, and in which order an analyst meets them.

import { t } from "../../lib/texts.js";
import { callGroups } from "./call.js";
import { conditionGroups } from "./condition.js";
import { connectorGroups } from "./connector.js";
import { decisionGroups } from "./decision.js";
import { expectationGroups } from "./expectation.js";
import { formGroups } from "./form.js";
import { mappingGroups } from "./mapping.js";
import { addCorrelation } from "./message.js";
import { peopleGroups } from "./people.js";
import { processGroups } from "./process.js";
import { repeatGroups } from "./repeat.js";
import { scriptGroups } from "./script.js";
import { serviceLevelGroups } from "./service_level.js";
import { timerGroups } from "./timer.js";

const OURS = [
  formGroups,
  peopleGroups,
  decisionGroups,
  connectorGroups,
  scriptGroups,
  callGroups,
  conditionGroups,
  timerGroups,
  repeatGroups,
  mappingGroups,
  processGroups,
  serviceLevelGroups,
  expectationGroups,
];

// Groups of the base provider that ours replace.
const REPLACED = new Set(["timer", "multiInstance"]);
const LAST = new Set(["documentation"]);

// After the base provider (1000): a lower number is asked later and sees its groups.
const PRIORITY = 500;

export class WorkProvider {
  static $inject = ["propertiesPanel", "injector"];

  constructor(propertiesPanel, injector) {
    this._injector = injector;
    propertiesPanel.registerProvider(PRIORITY, this);
  }

  getGroups(element) {
    const injector = this._injector;
    const context = {
      services: { modeling: injector.get("modeling"), bpmnFactory: injector.get("bpmnFactory"), injector },
      catalogue: injector.get("workCatalogue"),
    };
    return (groups) => {
      const kept = groups.filter(({ id }) => !REPLACED.has(id));
      for (const group of kept) {
        group.shouldOpen ||= group.id === "general";
        group.translate ??= t;
      }
      addCorrelation(element, kept);
      const ours = OURS.flatMap((groupsOf) => groupsOf(element, context));
      return [
        ...kept.filter(({ id }) => !LAST.has(id)),
        ...ours,
        ...kept.filter(({ id }) => LAST.has(id)),
      ];
    };
  }
}
