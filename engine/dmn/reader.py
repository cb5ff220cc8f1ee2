"""From the bytes of a DMN file to its model. Any version of DMN; extensions are left out."""

from collections import Counter
from collections.abc import Callable, Iterator

from lxml import etree

from engine.bpmn import reader as xml
from engine.dmn import model
from engine.dmn.errors import UnreadableDecision


def read(data: bytes, *, file: str = "") -> model.Definitions:
    """The definitions of one file. Raises UnreadableModel or UnreadableDecision."""
    root = xml.read(data, name=file)
    if _local(root) != "definitions" or "/DMN/" not in (etree.QName(root).namespace or ""):
        raise UnreadableDecision(file=file or "The file", reason="it has no DMN definitions")
    elements = [_READ_ELEMENT[_local(child)](child) for child in root if _is_element(child)]
    return model.Definitions(
        file=file,
        id=root.get("id", ""),
        name=root.get("name", ""),
        namespace=root.get("namespace", ""),
        items=tuple(_item(child) for child in _children(root, "itemDefinition")),
        imports=tuple(_import(child) for child in _children(root, "import")),
        elements={element.id: element for element in elements},
        prefixes={prefix or "": uri for prefix, uri in root.nsmap.items()},
        doubles=tuple(_doubles(root)),
    )


# -- XML


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def _is_element(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and _local(node) in _READ_ELEMENT


def _children(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    for child in node:
        if isinstance(child.tag, str) and _local(child) in names:
            yield child


def _child(node: etree._Element | None, *names: str) -> etree._Element | None:
    return None if node is None else next(_children(node, *names), None)


def _text(node: etree._Element | None) -> str | None:
    """The text of a `<text>` child, or of the node itself when it has none."""
    if node is None:
        return None
    inner = _child(node, "text")
    return "".join(str(part) for part in (node if inner is None else inner).itertext())


def _hrefs(node: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(child.get("href", "") for child in _children(node, name))


def _type_ref(node: etree._Element) -> str | None:
    found = node.get("typeRef")
    if found is None:
        inner = _child(node, "typeRef")
        found = inner.text if inner is not None else None
    return (found or "").strip() or None


def _doubles(root: etree._Element) -> Iterator[str]:
    counted = Counter(node.get("id") for node in root.iter() if isinstance(node.tag, str))
    return (name for name, count in counted.items() if name and count > 1)


# -- types


def _item(node: etree._Element) -> model.Item:
    function = _child(node, "functionItem")
    return model.Item(
        name=node.get("name", ""),
        type_ref=_type_ref(node),
        collection=node.get("isCollection") == "true",
        allowed=_text(_child(node, "allowedValues")),
        constraint=_text(_child(node, "typeConstraint")),
        components=tuple(_item(child) for child in _children(node, "itemComponent")),
        function=None if function is None else _function_item(function),
    )


def _function_item(node: etree._Element) -> tuple[tuple[model.Variable, ...], str | None]:
    parameters = tuple(_variable(child) for child in _children(node, "parameters"))
    return parameters, node.get("outputTypeRef")


def _import(node: etree._Element) -> model.Import:
    kind = node.get("importType", "")
    return model.Import(node.get("name", ""), node.get("namespace", ""), kind)


def _variable(node: etree._Element) -> model.Variable:
    return model.Variable(node.get("name", ""), _type_ref(node))


# -- the requirements graph


def _own_variable(node: etree._Element) -> model.Variable:
    """The variable of an element: always named like the element (DMN 1.5, 6.3.7)."""
    found = _child(node, "variable")
    name = node.get("name", "")
    if found is None:
        return model.Variable(name)
    return model.Variable(found.get("name") or name, _type_ref(found))


def _requires(node: etree._Element) -> tuple[str, ...]:
    return tuple(
        child.get("href", "")
        for requirement in _children(node, "informationRequirement", "knowledgeRequirement")
        for child in _children(requirement, *_REQUIRED)
    )


_REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")


def _input_data(node: etree._Element) -> model.Element:
    return model.InputData(_id(node), node.get("name", ""), _own_variable(node))


def _decision(node: etree._Element) -> model.Element:
    return model.Decision(
        _id(node), node.get("name", ""), _own_variable(node), _requires(node), _inner(node)
    )


def _knowledge(node: etree._Element) -> model.Element:
    logic = _child(node, "encapsulatedLogic")
    return model.Knowledge(
        _id(node),
        node.get("name", ""),
        _own_variable(node),
        _requires(node),
        None if logic is None else _function(logic),
    )


def _service(node: etree._Element) -> model.Element:
    return model.Service(
        _id(node),
        node.get("name", ""),
        _own_variable(node),
        (),
        _hrefs(node, "outputDecision"),
        _hrefs(node, "encapsulatedDecision"),
        _hrefs(node, "inputDecision"),
        _hrefs(node, "inputData"),
    )


def _id(node: etree._Element) -> str:
    return str(node.get("id") or node.get("name", ""))


_READ_ELEMENT: dict[str, Callable[[etree._Element], model.Element]] = {
    "inputData": _input_data,
    "decision": _decision,
    "businessKnowledgeModel": _knowledge,
    "decisionService": _service,
}


# -- boxed expressions


def _inner(node: etree._Element | None) -> model.Expression | None:
    """The first boxed expression inside of a node."""
    found = _child(node, *_READ_EXPRESSION)
    return None if found is None else _expression(found)


def _expression(node: etree._Element) -> model.Expression:
    return _READ_EXPRESSION[_local(node)](node)


def _head(node: etree._Element) -> tuple[str, str | None]:
    return node.get("id", ""), _type_ref(node)


def _literal(node: etree._Element) -> model.Literal:
    return model.Literal(*_head(node), (_text(_child(node, "text")) or "").strip())


def _entry(node: etree._Element) -> model.Literal:
    return model.Literal(node.get("id", ""), None, (_text(node) or "").strip())


def _table(node: etree._Element) -> model.Table:
    return model.Table(
        *_head(node),
        hit_policy=node.get("hitPolicy", "UNIQUE"),
        aggregation=node.get("aggregation", ""),
        inputs=tuple(_input(child) for child in _children(node, "input")),
        outputs=tuple(_output(child) for child in _children(node, "output")),
        rules=tuple(_rule(child) for child in _children(node, "rule")),
        annotations=tuple(child.get("name", "") for child in _children(node, "annotation")),
    )


def _input(node: etree._Element) -> model.Input:
    inner = _child(node, "inputExpression")
    expression = model.Literal("", None, "") if inner is None else _literal(inner)
    allowed = _text(_child(node, "inputValues"))
    return model.Input(node.get("id", ""), node.get("label", ""), expression, _filled(allowed))


def _output(node: etree._Element) -> model.Output:
    default = _child(node, "defaultOutputEntry")
    values = _text(_child(node, "outputValues"))
    return model.Output(
        node.get("id", ""),
        node.get("label", ""),
        node.get("name", ""),
        _type_ref(node),
        _filled(values),
        None if default is None else _entry(default),
    )


def _filled(text: str | None) -> str | None:
    return text.strip() or None if text else None


def _rule(node: etree._Element) -> model.Rule:
    return model.Rule(
        node.get("id", ""),
        tuple(_entry(child) for child in _children(node, "inputEntry")),
        tuple(_entry(child) for child in _children(node, "outputEntry")),
        _annotations(node),
    )


def _annotations(node: etree._Element) -> tuple[str, ...]:
    """What explains a rule: its entries or, as modelers without such columns write it, a text."""
    written = list(_children(node, "annotationEntry")) or list(_children(node, "description"))
    return tuple((_text(child) or "").strip() for child in written)


def _context(node: etree._Element) -> model.Context:
    return model.Context(
        *_head(node), tuple(_context_entry(child) for child in _children(node, "contextEntry"))
    )


def _context_entry(node: etree._Element) -> model.Entry:
    variable = _child(node, "variable")
    return model.Entry(None if variable is None else _variable(variable), _inner(node))


def _list(node: etree._Element) -> model.Items:
    items = _children(node, *_READ_EXPRESSION)
    return model.Items(*_head(node), tuple(_expression(child) for child in items))


def _relation(node: etree._Element) -> model.Relation:
    rows = (
        tuple(_expression(cell) for cell in _children(row, *_READ_EXPRESSION))
        for row in _children(node, "row")
    )
    columns = tuple(_variable(child) for child in _children(node, "column"))
    return model.Relation(*_head(node), columns, tuple(rows))


def _invocation(node: etree._Element) -> model.Invocation:
    bindings = ((_parameter_name(child), _inner(child)) for child in _children(node, "binding"))
    return model.Invocation(*_head(node), _inner(node), tuple(bindings))


def _parameter_name(node: etree._Element) -> str:
    parameter = _child(node, "parameter")
    return "" if parameter is None else parameter.get("name", "")


def _function(node: etree._Element) -> model.FunctionDefinition:
    parameters = tuple(_variable(child) for child in _children(node, "formalParameter"))
    return model.FunctionDefinition(
        *_head(node), node.get("kind", "FEEL"), parameters, _inner(node)
    )


def _conditional(node: etree._Element) -> model.Conditional:
    parts = (_inner(_child(node, name)) for name in ("if", "then", "else"))
    return model.Conditional(*_head(node), *parts)


def _filter(node: etree._Element) -> model.Filter:
    return model.Filter(*_head(node), _inner(_child(node, "in")), _inner(_child(node, "match")))


def _iteration(node: etree._Element) -> model.Iteration:
    return model.Iteration(
        *_head(node),
        _local(node),
        node.get("iteratorVariable", ""),
        _inner(_child(node, "in")),
        _inner(_child(node, "return", "satisfies")),
    )


_READ_EXPRESSION: dict[str, Callable[[etree._Element], model.Expression]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": _function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}
