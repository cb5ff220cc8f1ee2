"""A model of another engine is deployed as it is, and runs with what it says."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.models import ProcessInstance, ServiceTask, UserTask
from tests.engine.bpmn.imports.importing import Imported, extended

CAMUNDA = ("camunda", "http://camunda.org/schema/1.0/bpmn")


def test_people_groups_and_priority_are_those_of_the_file(
    session: Session, start: Callable[..., ProcessInstance]
) -> None:
    attributes = ' camunda:assignee="${boss}" camunda:candidateGroups="sales, ${team}"'

    start(Imported(CAMUNDA, extended("userTask", "", attributes)).data, boss="ada", team="billing")

    task = session.scalars(select(UserTask)).one()
    assert task.assignee == "ada"
    assert task.groups == ("billing", "sales")


def test_a_delegate_waits_for_a_worker(
    session: Session, start: Callable[..., ProcessInstance]
) -> None:
    attributes = ' camunda:delegateExpression="${charge}"'

    start(Imported(CAMUNDA, extended("serviceTask", "", attributes)).data)

    assert session.scalars(select(ServiceTask.topic)).one() == "charge"


def test_a_form_of_the_file_is_bound(session: Session, deploy: Callable[..., object]) -> None:
    form = b'{"id": "check", "type": "default", "components": []}'
    drawing = Imported(CAMUNDA, extended("userTask", "", ' camunda:formKey="check"')).data

    deploy(drawing, **{"check.form": form})

    process = definitions.latest(session, "process", "p")
    assert process.verdict == "runs"
    found = definitions.form_of(session, process, "it")
    assert found is not None
    assert found.key == "check"
