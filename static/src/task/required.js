// Fields that are required only sometimes: `validate.required` as a FEEL expression, which form-js
// itself takes for "always". The server judges by the same expression (forms/fields.py).

import { runExpressionEvaluation } from "@bpmn-io/form-js-viewer";

class SometimesRequired {
  static $inject = ["eventBus", "form", "validator", "formFieldRegistry", "formFieldInstanceRegistry", "expressionLanguage"];

  constructor(eventBus, form, validator, fields, instances, language) {
    Object.assign(this, { form, fields, instances, language, rules: new Map() });
    const judge = validator.validateFieldInstance.bind(validator);
    validator.validateFieldInstance = (instance, value) => this.judged(judge, instance, value);
    eventBus.on("import.done", () => this.take());
    eventBus.on("changed", () => {
      // A listener that returns something would keep the event from the others.
      if (this.rules.size) requestAnimationFrame(() => this.mark());
    });
  }

  /** Take the expressions out of the fields, so that form-js does not read them as "yes". */
  take() {
    this.rules.clear();
    for (const field of this.fields.getAll()) {
      const rule = field.validate?.required;
      if (typeof rule !== "string" || !rule.startsWith("=")) continue;
      this.rules.set(field.id, rule);
      field.validate = { ...field.validate, required: false };
    }
    if (this.rules.size) requestAnimationFrame(() => this.mark());
  }

  isRequired(instance) {
    return runExpressionEvaluation(this.language, this.rules.get(instance.id), instance.expressionContextInfo) === true;
  }

  judged(judge, instance, value) {
    const field = this.fields.get(instance.id);
    if (!field || !this.rules.has(instance.id)) return judge(instance, value);
    const { validate } = field;
    field.validate = { ...validate, required: this.isRequired(instance) };
    try {
      return judge(instance, value);
    } finally {
      field.validate = validate;
    }
  }

  /** Draw the mark beside the labels; rows of a list share one, so all of them must agree. */
  mark() {
    let isNew = false;
    for (const id of this.rules.keys()) {
      const drawn = this.instances.getAll().filter((instance) => instance.id === id);
      const required = drawn.length > 0 && drawn.every((instance) => this.isRequired(instance));
      const field = this.fields.get(id);
      if (!field || field.validate.required === required) continue;
      field.validate = { ...field.validate, required };
      isNew = true;
    }
    if (isNew) this.form._setState({});
  }
}

export const requiredModule = {
  __init__: ["sometimesRequired"],
  sometimesRequired: ["type", SometimesRequired],
};
