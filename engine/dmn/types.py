"""Item definitions as FEEL types: components, collections, allowed values, constraints."""

from collections.abc import Callable
from typing import Any

from core import feel
from core.feel.errors import Null
from core.feel.types import ANY, SIMPLE, FeelType, FunctionType
from core.feel.values import kind_of
from engine.dmn import model

Resolve = Callable[[str | None], FeelType]


class ItemType(FeelType):
    """The type an item definition or component names."""

    def __init__(self, item: model.Item, resolve: Resolve, tests: Callable[[str], Any]) -> None:
        self.item = item
        self.name = item.name
        self.resolve = resolve
        self.allowed: feel.UnaryTests | None = tests(item.allowed) if item.allowed else None
        self.constraint: feel.UnaryTests | None = (
            tests(item.constraint) if item.constraint else None
        )
        self.components = {part.name: ItemType(part, resolve, tests) for part in item.components}

    def parts(self) -> Any:
        return id(self.item)

    def conforms_to(self, other: FeelType) -> bool:
        return super().conforms_to(other) or self.base.conforms_to(other)

    @property
    def base(self) -> FeelType:
        """The type that the definition narrows; Any for one that has only components."""
        if self.item.function is not None:
            parameters, result = self.item.function
            kinds = [self.resolve(parameter.type_ref) for parameter in parameters]
            return FunctionType(kinds, self.resolve(result))
        return self.resolve(self.item.type_ref) if self.item.type_ref else ANY

    def accepts(self, value: Any) -> bool:
        if self.item.collection:
            if type(value) is not list or not all(
                item is None or self._accepts_one(item) for item in value
            ):
                return False
            return self.constraint is None or self.constraint(value, {}) is True
        if not self._accepts_one(value):
            return False
        return self.constraint is None or self.constraint(value, {}) is True

    def _accepts_one(self, value: Any) -> bool:
        if self.components:
            if type(value) is not dict or not all(
                name in value and (value[name] is None or kind.accepts(value[name]))
                for name, kind in self.components.items()
            ):
                return False
        elif not self.base.accepts(value):
            return False
        return self._allows(value)

    def _allows(self, value: Any) -> bool:
        if self.allowed is None:
            return True
        if type(value) is list and not self.item.collection:
            return all(self.allowed(item, {}) is True for item in value)
        return self.allowed(value, {}) is True

    def coerce(self, value: Any) -> Any:
        if value is None:
            return None
        if not self.item.collection:
            if type(value) is list and len(value) == 1 and not self.accepts(value):
                value = value[0]
            return self._constrained(self._coerce_one(value))
        items = value if type(value) is list else [value]
        return self._constrained([self._coerce_one(item) for item in items])

    def _constrained(self, value: Any) -> Any:
        if value is None or self.constraint is None or self.constraint(value, {}) is True:
            return value
        raise Null(f"{feel.format_value(value)} is not allowed for {self.name}")

    def _coerce_one(self, value: Any) -> Any:
        if value is None:
            return None
        fitted = self._fit_components(value) if self.components else self.base.coerce(value)
        if not self._allows(fitted):
            raise Null(f"{feel.format_value(fitted)} is not allowed for {self.name}")
        return fitted

    def _fit_components(self, value: Any) -> Any:
        if type(value) is not dict:
            raise Null(f"{kind_of(value)} where {self.name} is expected")
        result = dict(value)
        for name, kind in self.components.items():
            if name not in value:
                raise Null(f"{name} is missing in {self.name}")
            result[name] = kind.coerce(value[name])
        return result


def builtin_type(reference: str) -> FeelType | None:
    """A type of FEEL itself, with or without a `feel:` prefix."""
    return SIMPLE.get(reference) or SIMPLE.get(reference.rpartition(":")[2])
