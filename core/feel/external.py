"""External functions (DMN 1.5, 10.3.2.13.3): a fixed set of pure ones, computed here.

A model may name any Java method; no Java is run, and nothing is looked up by name anywhere but in
the tables below. What is not in them is null.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.feel.errors import Null
from core.feel.limits import MAX_STRING, Run
from core.feel.numbers import from_float
from core.feel.values import Function, format_value, kind_of

_SIGNATURE = re.compile(r"\s*(\w+)\s*\(([^()]*)\)\s*")
_WHOLE = {
    "byte": 8,
    "short": 16,
    "int": 32,
    "long": 64,
    "java.lang.Byte": 8,
    "java.lang.Short": 16,
    "java.lang.Integer": 32,
    "java.lang.Long": 64,
    "java.math.BigInteger": 4096,
}
_FLOATING = ("float", "double", "java.lang.Float", "java.lang.Double", "java.lang.Number")
_FORMAT = re.compile(r"%(?:%|n|([0-9]+\$)?(-?0?[0-9]{0,3})(?:\.([0-9]{1,2}))?([sdfbSeBcx]))")


class External(Function):
    """A named method with its parameter types."""

    __slots__ = ("kinds", "method")

    def __init__(
        self,
        parameters: tuple[str, ...],
        name: str,
        kinds: list[str],
        method: Callable[..., Any],
    ) -> None:
        super().__init__(name, parameters)
        self.kinds = kinds
        self.method = method

    def call(self, run: Run, arguments: list[Any]) -> Any:
        run.step()
        kinds = self.kinds
        if len(arguments) != len(self.parameters):
            raise Null(f"{len(self.parameters)} arguments expected, {len(arguments)} given")
        spread = bool(kinds) and _is_array(kinds[-1])
        if spread:
            rest = arguments[len(kinds) - 1 :]
            if len(rest) == 1 and type(rest[0]) is list:
                rest = rest[0]
            fixed = zip(kinds[:-1], arguments, strict=False)
            return self._invoke([*(_converted(*pair) for pair in fixed), *rest])
        if len(arguments) != len(kinds):
            raise Null(f"the signature has {len(kinds)} parameters")
        return self._invoke([_converted(*pair) for pair in zip(kinds, arguments, strict=True)])

    def _invoke(self, arguments: list[Any]) -> Any:
        try:
            result = self.method(*arguments)
        except (ArithmeticError, ValueError, TypeError) as failure:
            raise Null(str(failure)) from None
        if type(result) is float:
            return from_float(result)
        return Decimal(result) if type(result) is int else result

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        if arguments.keys() != set(self.parameters):
            raise Null("The parameters do not match")
        return self.call(run, [arguments[name] for name in self.parameters])


def external(parameters: tuple[str, ...], description: Any) -> External:
    """The function a description names. Raises Null when it is none of ours."""
    java = description.get("java") if type(description) is dict else None
    if type(java) is not dict:
        raise Null("only Java functions can be named")
    owner, signature = java.get("class"), java.get("method signature")
    match = _SIGNATURE.fullmatch(signature) if type(signature) is str else None
    method = _METHODS.get((str(owner), match[1])) if match else None
    if match is None or method is None:
        raise Null(f"There is no external function {owner} {signature}")
    kinds = [part.strip() for part in match[2].split(",") if part.strip()]
    return External(parameters, f"{owner}.{match[1]}", kinds, method)


def _is_array(kind: str) -> bool:
    return kind.startswith("[") or kind.endswith(("[]", "..."))


def _converted(kind: str, value: Any) -> Any:
    """A FEEL value as a parameter of that Java type. Raises Null."""
    if value is None:
        if "." in kind:
            return None
        raise Null(f"null where {kind} is expected")
    if kind in _WHOLE:
        return _whole(kind, value)
    if kind in _FLOATING:
        return float(_number(kind, value))
    if kind == "java.math.BigDecimal":
        return _number(kind, value)
    wanted = {"boolean": bool, "java.lang.Boolean": bool, "java.lang.String": str}.get(kind)
    if wanted is not None and type(value) is not wanted:
        raise Null(f"{kind_of(value)} where {kind} is expected")
    return value


def _number(kind: str, value: Any) -> Decimal:
    if type(value) is not Decimal:
        raise Null(f"{kind_of(value)} where {kind} is expected")
    return value


def _whole(kind: str, value: Any) -> int:
    number = _number(kind, value)
    if abs(number) >= Decimal(2) ** (_WHOLE[kind] - 1):
        raise Null(f"{number} is no {kind}")
    return int(number)


# -- the methods


def _java_format(template: str, *values: Any) -> str:
    """`String.format` for the commonest conversions."""
    following = iter(values)

    def fill(match: re.Match[str]) -> str:
        if match[4] is None:
            return "%" if match[0] == "%%" else "\n"
        value = values[int(match[1][:-1]) - 1] if match[1] else next(following, _NO_VALUE)
        if value is _NO_VALUE:
            raise Null("a value for the format is missing")
        return _formatted(match[2] or "", match[3], match[4], value)

    text = _FORMAT.sub(fill, template)
    if len(text) > MAX_STRING:
        raise Null("the text is too long")
    return text


_NO_VALUE = object()


def _formatted(width: str, digits: str | None, conversion: str, value: Any) -> str:
    if conversion in "sSbBc":
        text = format_value(value)
        text = text if digits is None else text[: int(digits)]
        text = text.upper() if conversion.isupper() else text
        size = int(width.lstrip("-0") or 0)
        return text.ljust(size) if width.startswith("-") else text.rjust(size)
    if type(value) is not Decimal:
        raise Null(f"{kind_of(value)} is not a number")
    layout = ("<" + width[1:]) if width.startswith("-") else width
    if conversion in "dx":
        return format(int(value), f"{layout}{conversion}")
    return format(value, f"{layout}.{digits or 6}{conversion}")


def _java_round(value: float) -> int:
    return math.floor(value + 0.5)


def _text_of(value: Any) -> str:
    return repr(value) if type(value) is float else format_value(value)


def _parsed_whole(text: Any) -> int:
    if type(text) is int:
        return text
    if not re.fullmatch(r"[+-]?[0-9]{1,30}", text or ""):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def _parsed_boolean(text: Any) -> bool:
    return text if type(text) is bool else str(text).lower() == "true"


def _identity(value: Any) -> Any:
    return value


_METHODS: dict[tuple[str, str], Callable[..., Any]] = {
    ("java.lang.String", "format"): _java_format,
    ("java.lang.String", "valueOf"): _text_of,
    ("java.lang.Boolean", "valueOf"): _parsed_boolean,
    ("java.lang.Boolean", "parseBoolean"): _parsed_boolean,
    ("java.lang.Character", "toString"): str,
    ("java.lang.Character", "valueOf"): _identity,
    ("java.math.BigDecimal", "valueOf"): _identity,
    **{
        ("java.lang.Math", name): getattr(math, name)
        for name in ("sqrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "log10")
    },
    ("java.lang.Math", "log"): math.log,
    ("java.lang.Math", "pow"): math.pow,
    ("java.lang.Math", "hypot"): math.hypot,
    ("java.lang.Math", "toRadians"): math.radians,
    ("java.lang.Math", "toDegrees"): math.degrees,
    ("java.lang.Math", "abs"): abs,
    ("java.lang.Math", "max"): max,
    ("java.lang.Math", "min"): min,
    ("java.lang.Math", "floor"): lambda value: float(math.floor(value)),
    ("java.lang.Math", "ceil"): lambda value: float(math.ceil(value)),
    ("java.lang.Math", "rint"): lambda value: float(round(value)),
    ("java.lang.Math", "round"): _java_round,
}
for _owner, _verb in (("Byte", "Byte"), ("Short", "Short"), ("Integer", "Int"), ("Long", "Long")):
    _METHODS[f"java.lang.{_owner}", "valueOf"] = _parsed_whole
    _METHODS[f"java.lang.{_owner}", f"parse{_verb}"] = _parsed_whole
    _METHODS[f"java.lang.{_owner}", "toString"] = _text_of
    _METHODS[f"java.lang.{_owner}", "max"] = max
    _METHODS[f"java.lang.{_owner}", "min"] = min
    _METHODS[f"java.lang.{_owner}", "sum"] = lambda first, second: first + second
    _METHODS[f"java.lang.{_owner}", "abs"] = abs
for _owner in ("Float", "Double"):
    _METHODS[f"java.lang.{_owner}", "valueOf"] = float
    _METHODS[f"java.lang.{_owner}", f"parse{_owner}"] = float
    _METHODS[f"java.lang.{_owner}", "toString"] = _text_of
    _METHODS[f"java.lang.{_owner}", "max"] = max
    _METHODS[f"java.lang.{_owner}", "min"] = min
    _METHODS[f"java.lang.{_owner}", "sum"] = lambda first, second: first + second
