// The few kinds of entries our groups are made of, as plain descriptions:
//   {id, label, description, read(element), write(element, value, services), …}

import {
  CheckboxEntry,
  FeelEntry,
  FeelLanguageContext,
  FeelTextAreaEntry,
  ListGroup,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
  isCheckboxEntryEdited,
  isFeelEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
} from "@bpmn-io/properties-panel";
import { Fragment, jsx, jsxs } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { useService } from "bpmn-js-properties-panel";

import { t } from "../../lib/texts.js";
import { Preview } from "./aids.js";
import { extensionOf, ownerOf, writeExtension } from "./extensions.js";

export const text = (spec) => ({ ...spec, component: Text, isEdited: isTextFieldEntryEdited });
export const area = (spec) => ({ ...spec, component: Area, isEdited: isTextAreaEntryEdited });
export const choice = (spec) => ({ ...spec, component: Choice, isEdited: isSelectEntryEdited });
export const tick = (spec) => ({ ...spec, component: Tick, isEdited: isCheckboxEntryEdited });
/** A literal, or FEEL behind "=". */
export const value = (spec) => ({ ...spec, component: Value, isEdited: isFeelEntryEdited });
/** Always FEEL. */
export const expression = (spec) => ({ ...spec, component: Expression, isEdited: isFeelEntryEdited });

/** `read` and `write` of an attribute of the one extension of `type`. */
export function attribute(type, name) {
  return {
    read: (element) => extensionOf(ownerOf(element), type)?.get(name) ?? "",
    write: (element, changed, services) =>
      writeExtension(services, element, type, { [name]: changed || undefined }),
  };
}

/** `read` and `write` of an attribute of one given moddle element. */
export function own(object, name) {
  return {
    read: () => object.get(name) ?? "",
    write: (element, changed, { modeling }) =>
      modeling.updateModdleProperties(element, object, { [name]: changed || undefined }),
  };
}

export function group(id, label, entries, { isOpen = false } = {}) {
  return { id, label: t(label), entries: entries.filter(Boolean), shouldOpen: isOpen, translate: t };
}

/**
 * A group of rows that can be added and removed.
 *
 * @param {{id: string, label: string, element: object, rows: object[], services: object,
 *   title: (row) => string, fields: (row, id) => object[],
 *   add: () => void, remove: (row) => void}} spec
 */
export function rows({ id, label, element, rows: objects, title, fields, add, remove }) {
  return {
    id,
    label: t(label),
    element,
    component: ListGroup,
    translate: t,
    add: (event) => {
      event.stopPropagation();
      add();
    },
    items: objects.map((object, index) => {
      const rowId = `${id}-${index}`;
      const entries = fields(object, rowId);
      return {
        id: rowId,
        label: title(object) || t("New"),
        entries,
        autoFocusEntry: entries[0].id,
        remove: (event) => {
          event.stopPropagation();
          remove(object);
        },
      };
    }),
  };
}

function useBasics({ id, element, label, description, placeholder, read, write }) {
  const injector = useService("injector");
  const services = { modeling: injector.get("modeling"), bpmnFactory: injector.get("bpmnFactory"), injector };
  return {
    id,
    element,
    label: t(label),
    description: typeof description === "function" ? description(element) : description && t(description),
    placeholder,
    translate: t,
    debounce: injector.get("debounceInput"),
    getValue: () => read(element),
    setValue: (changed, error) => {
      if (!error) write(element, changed, services);
    },
  };
}

function Text(props) {
  return TextFieldEntry({ ...useBasics(props), validate: props.validate });
}

function Area(props) {
  return TextAreaEntry({ ...useBasics(props), rows: props.rows ?? 4, monospace: props.monospace, autoResize: true });
}

function Choice(props) {
  return SelectEntry({ ...useBasics(props), getOptions: () => props.options(props.element) });
}

function Tick(props) {
  return CheckboxEntry(useBasics(props));
}

function Value(props) {
  return inFeel(props, props.long ? FeelTextAreaEntry : FeelEntry, { ...useBasics(props), feel: "optional", validate: props.validate });
}

function Expression(props) {
  const basics = useBasics(props);
  const getValue = () => withSign(basics.getValue());
  return inFeel(props, FeelTextAreaEntry, { ...basics, getValue, feel: "required" });
}

/**
 * An entry whose FEEL editor completes the functions of our engine and the variables of this place,
 * and below it the value in a real case, unless it reads what exists only there (`extra`).
 */
function inFeel({ element, extra }, Entry, entry) {
  const variables = useService("workVariables").of(element, extra);
  const value = useService("workCatalogue").language;
  const field = jsx(FeelLanguageContext.Provider, { value, children: jsx(Entry, { ...entry, variables }) });
  if (extra) return field;
  return jsxs(Fragment, { children: [field, jsx(Preview, { id: entry.id, element, text: entry.getValue() })] });
}

/** The panel marks FEEL by "=", models of others may write it bare. */
function withSign(written) {
  return written && !written.startsWith("=") ? `=${written}` : written;
}
