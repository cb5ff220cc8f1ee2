"""The element of the model that a token stands at."""

from engine.bpmn.model import Element
from engine.bpmn.runtime import Runtime


def element_of(runtime: Runtime, process_key: str, element_id: str) -> Element:
    """An element of the instance's process, or of one that it calls."""
    return runtime.program.element(process_key, element_id)
