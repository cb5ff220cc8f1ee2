"""Runs the script of a script task in a sandbox."""

from collections.abc import Mapping
from typing import Any

from core.config import Config
from core.errors import BackOfficeError
from engine import scripts
from engine.connectors.errors import RequestInvalid


def run_python(request: Mapping[str, Any], *, key: str, config: Config) -> dict[str, Any]:
    """The variables that `script` assigns, from `variables`. The same key draws the same chance.

    Raises what `scripts.run` raises; `response.error` of an error map is its name.
    """
    script, variables = request.get("script"), request.get("variables")
    if not isinstance(script, str) or not isinstance(variables, dict):
        raise RequestInvalid(reason="it needs a script and variables.")
    try:
        return scripts.run(script, variables, seed=key)
    except BackOfficeError as error:
        error.context["response"] = {"error": type(error).__name__}
        raise
