"""Random requests made from the description: no server errors, and nothing undescribed."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi import checks

from tests.api.drawings import APPROVAL, APPROVAL_FORM, EXTERNAL
from tests.work.test_decisions import TABLE

EXAMPLES = 10
METHODS = ("get", "patch", "put", "post", "delete")
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture
def known(administrator: Any) -> dict[str, str]:
    """Things that are there, by the name of the parameter that names them in a path."""
    administrator.deploy(approval_bpmn=APPROVAL, approval_form=APPROVAL_FORM)
    administrator.deploy(external_bpmn=EXTERNAL, risk_dmn=TABLE)
    for key in ("approval", "external", "external"):
        instance = administrator.post("/process-instances", {"key": key}).json
    body = {"topics": ["credit"], "worker": "w", "max": 2}
    failed, lease = administrator.post("/service-task-leases", body).json
    administrator.post(f"/service-tasks/{failed['id']}/error", {"code": "X"})
    (task,) = administrator.get("/user-tasks").json["items"]
    (incident,) = administrator.get("/incidents").json["items"]
    return {
        "instance_id": instance["id"],
        "definition_id": instance["definitionId"],
        "task_id": task["id"],
        "incident_id": incident["id"],
        "lease_id": lease["id"],
        "cause": incident["cause"],
        "key": "risk",
    }


def test_no_request_within_or_beyond_the_description_breaks_the_server(app, administrator, known):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]
    # What deletes comes last, so that there is something to work on until then.
    for operation in sorted(operations, key=lambda operation: METHODS.index(operation.method)):
        _try(operation, administrator.headers, known)


def _try(operation: Any, headers: dict[str, str], known: dict[str, str]) -> None:
    generated = st.one_of(
        operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode
    )

    @seed(2)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=generated)
    def one(case: Any) -> None:
        names = case.path_parameters or {}
        case.path_parameters = {name: known.get(name, given) for name, given in names.items()}
        case.call_and_validate(headers=headers, checks=CHECKS)

    one()
