"""The texts of a JSON list as rows, on whichever database."""

from typing import Any

from sqlalchemy import ColumnElement, TableValuedAlias
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _texts(FunctionElement[str]):  # noqa: N801 – written like a function of SQL
    inherit_cache = True
    name = "texts"


def texts_of(
    column: ColumnElement[list[str]] | InstrumentedAttribute[list[str]],
) -> TableValuedAlias:
    """Something to select from, beside the row of `column`, with one column: `value`."""
    return _texts(column).table_valued("value", joins_implicitly=True)


@compiles(_texts)
def _on_postgres(element: _texts, compiler: SQLCompiler, **options: Any) -> str:
    [column] = (compiler.process(each, **options) for each in element.clauses)
    return f"json_array_elements_text({column})"


@compiles(_texts, "sqlite")
def _on_sqlite(element: _texts, compiler: SQLCompiler, **options: Any) -> str:
    [column] = (compiler.process(each, **options) for each in element.clauses)
    return f"json_each({column})"
