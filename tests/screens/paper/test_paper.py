from core import db as database
from core.people import SYSTEM
from engine import instances
from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework
from work import completion

FORM = [
    {"type": "text", "text": "Read the **meter**."},
    {"type": "number", "key": "reading", "label": "Reading",
     "appearance": {"suffixAdorner": "kWh"}},
    {"type": "checkbox", "key": "estimated", "label": "Estimated"},
    {"type": "dynamiclist", "path": "parts", "label": "Parts", "components": [
        {"type": "textfield", "key": "name", "label": "Part"}]},
    {"type": "select", "key": "speed", "label": "Speed",
     "values": [{"label": "Slow", "value": "s"}]},
]  # fmt: skip


def test_a_form_is_printed_as_it_stands_and_as_it_was_answered(app):
    ada = signed_in(app, "ada", "associate", groups=["customer_service"])
    drawing = process("metering").user_task("read", form="reading", lane="customer_service")
    casework.deploy(drawing.user_task("rest").end(), reading=FORM)
    case = casework.start("metering", business_key="M-1", reading=5)
    (task,) = casework.tasks(case)
    path = f"/user-tasks/{task.id}/paper"

    before = ada.page(path)
    with database.transaction() as session:
        answers = {"reading": 120, "estimated": True, "parts": [{"name": "Seal"}], "speed": "s"}
        completion.complete(session, task.id, answers, by=SYSTEM)
        instances.set_variables(session, case, {"reading": 999}, by=SYSTEM)
    after = ada.page(path)

    assert ">5 kWh</span>" in before
    assert "Not completed yet" in before
    assert ">120 kWh</span>" in after
    assert all(f">{words}</span>" in after for words in ("Yes", "Seal", "Slow"))
    assert "Completed by system" in after
    assert path in ada.page(f"/user-tasks/{task.id}")


def test_a_task_without_a_form_has_nothing_to_print(app):
    lea = signed_in(app, "lea", "team_leader", groups=["customer_service"])
    casework.deploy(process("plain").user_task("look", lane="customer_service").end())
    (task,) = casework.tasks(casework.start("plain"))

    assert lea.get(f"/user-tasks/{task.id}/paper").status_code == 404
