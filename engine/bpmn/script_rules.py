"""What is wrong with the Python of script tasks, told before anything is deployed."""

from collections.abc import Iterator

from engine.bpmn.model import Element, ProcessModel
from engine.bpmn.problem import Problem, error, todo, warning
from engine.bpmn.python_script import is_python, read_script


def check_scripts(model: ProcessModel) -> Iterator[Problem]:
    """Problems of all Python scripts of a process: syntax, names, imports, results."""
    for task in model.of_kind("scriptTask"):
        if task.script and is_python(task.script_format):
            yield from _script(model, task, task.script)


def _script(model: ProcessModel, task: Element, text: str) -> Iterator[Problem]:
    script = read_script(text)
    tell = error if model.is_executable else todo
    for mistake in script.mistakes:
        message = f"The script of “{task.title}” cannot run, mend it: {mistake.sentence}."
        yield tell(task.id, "script", message)
    if not script.assigns and not script.mistakes:
        message = f"The script of “{task.title}” sets no variable; assign its result to one."
        yield warning(task.id, "script_without_result", message)
    if task.settings.result is not None:
        message = (
            f"work:result at “{task.title}” is for FEEL; Python sets the variables that it assigns."
        )
        yield warning(task.id, "script_result", message)
