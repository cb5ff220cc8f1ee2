"""Data stores: what is kept elsewhere is noted, for a service task has to fetch it."""

from collections.abc import Iterator

from engine.bpmn.model import ProcessModel
from engine.bpmn.problem import Problem, warning


def check_data_stores(model: ProcessModel) -> Iterator[Problem]:
    """A note at each data store: associations move a variable of its name, within the case."""
    for each in model.of_kind("dataStoreReference"):
        message = (
            f"“{each.title}” is a variable of the case here; to read or write the system behind"
            " it, draw a service task with a connector."
        )
        yield warning(each.id, "data_store", message)
