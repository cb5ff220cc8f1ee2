"""Context built-ins (DMN 1.5, 10.3.4.10)."""

from typing import Any

from core.feel.builtins.registry import builtin, require
from core.feel.errors import Null
from core.feel.values import kind_of


@builtin("get value", "m: context, key: string")
def get_value(context: dict[str, Any], key: str) -> Any:
    """The entry of that key; null without one."""
    require(key in context, f"There is no entry {key}")
    return context[key]


@builtin("get value", "m: context, keys: list")
def get_value_at(context: dict[str, Any], keys: list[Any]) -> Any:
    """The entry at the end of a path of keys."""
    require(bool(keys), "There are no keys")
    value: Any = context
    for key in keys:
        require(type(key) is str and type(value) is dict and key in value, f"no entry {key}")
        value = value[key]
    return value


@builtin("get entries", "m: context")
def get_entries(context: dict[str, Any]) -> list[Any]:
    """A list of contexts with `key` and `value`."""
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context(entries: list[Any]) -> dict[str, Any]:
    """A context of a list of contexts with `key` and `value`."""
    result: dict[str, Any] = {}
    for entry in entries:
        require(
            type(entry) is dict and "value" in entry and type(entry.get("key")) is str,
            "an entry needs a key and a value",
        )
        require(entry["key"] not in result, f"the key {entry['key']} is there twice")
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value: any~")
def context_put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with one more or one changed entry."""
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any~")
def context_put_at(context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    """The context with an entry changed at the end of a path of keys."""
    require(bool(keys), "There are no keys")
    require(all(type(key) is str for key in keys), "a key is not a string")
    levels = [context]
    for key in keys[:-1]:
        inner = levels[-1].get(key)
        if inner is not None and type(inner) is not dict:
            raise Null(f"{key} is a {kind_of(inner)}, not a context")
        levels.append(inner or {})
    result = value
    for level, key in zip(reversed(levels), reversed(keys), strict=True):
        result = {**level, key: result}
    assert isinstance(result, dict)
    return result


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[Any]) -> dict[str, Any]:
    """All entries of several contexts; the last of a key wins."""
    result: dict[str, Any] = {}
    for item in contexts:
        require(type(item) is dict, f"{kind_of(item)} is not a context")
        result.update(item)
    return result
