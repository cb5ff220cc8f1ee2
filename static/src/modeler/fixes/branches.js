// Conditions and defaults behind a gateway.

import { t } from "../../lib/texts.js";

export const branchFixes = {
  branch_without_condition: makeDefault,
  default_with_condition: dropCondition,
  condition_without_effect: dropCondition,
  wrong_default: dropDefault,
};

/** The only branch without a condition can only be meant as the one that is taken otherwise. */
function makeDefault({ modeling, shape, owner }) {
  const gateway = owner.get("sourceRef");
  const open = gateway.get("outgoing").filter((flow) => !flow.get("conditionExpression"));
  if (gateway.get("default") || open.length !== 1 || open[0] !== owner) return null;
  return {
    words: t("Takes this branch when no other condition holds."),
    run: () => modeling.updateProperties(shape.source, { default: owner }),
  };
}

/** Nothing ever looks at it. */
function dropCondition({ modeling, shape, owner }) {
  if (!owner.get("conditionExpression")) return null;
  return {
    words: t("Takes the condition away."),
    run: () => modeling.updateModdleProperties(shape, owner, { conditionExpression: undefined }),
  };
}

function dropDefault({ modeling, shape, owner }) {
  const flow = owner.get("default");
  if (!flow || owner.get("outgoing").includes(flow)) return null;
  return {
    words: t("Takes the default away: it leaves another element."),
    run: () => modeling.updateProperties(shape, { default: undefined }),
  };
}
