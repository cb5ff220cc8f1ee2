import pytest
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from api import errors, messages

SHAPE = {"error", "message", "context"}


@pytest.mark.parametrize(
    ("data", "content_type", "error"),
    [
        (b"{", "application/json", "NotJson"),
        (b'{"name": NaN}', "application/json", "NotJson"),
        (b"\xff\xfe\x00", "application/json", "NotJson"),
        (b"[" * 100_000, "application/json", "NotJson"),
        (b"[1, 2]", "application/json", "BodyInvalid"),
        (b'"text"', "application/json", "BodyInvalid"),
        (b"null", "application/json", "BodyInvalid"),
        (b'{"name": "a\\u0000b"}', "application/json", "ZeroCharacter"),
        (b'{"name": "paid"}', "text/plain", "NotJsonBody"),
        (b"name=paid", "application/x-www-form-urlencoded", "NotJsonBody"),
        (b"", "application/json", "BodyInvalid"),
        (b'{"name": ""}', "application/json", "BodyInvalid"),
        (b'{"name": 5}', "application/json", "BodyInvalid"),
        (b'{"name": "paid", "nmae": 1}', "application/json", "BodyInvalid"),
        (b'{"name": "paid", "variables": [1]}', "application/json", "BodyInvalid"),
        (b'{"name": "paid", "timeToLive": "soon"}', "application/json", "BodyInvalid"),
        (b'{"name": "paid", "timeToLive": "-P1D"}', "application/json", "BodyInvalid"),
    ],
)
def test_a_body_that_does_not_fit_is_answered_422(integrator, data, content_type, error):
    response = integrator.send("POST", "/messages", data=data, content_type=content_type)

    assert (response.status_code, response.json["error"]) == (422, error)
    assert set(response.json) == SHAPE


def test_every_wrong_field_is_named(integrator):
    response = integrator.post("/messages", {"correlationKey": "", "variables": {"": 1}})

    assert set(response.json["context"]["fields"]) >= {"name", "correlationKey"}


def test_the_context_is_written_in_camel_case(administrator):
    missing = "01a1ffbb-ebd4-7f60-9570-0b2ad635e7e6"

    response = administrator.get(f"/process-instances/{missing}")

    assert response.json["context"] == {"instanceId": missing}


def test_a_body_that_is_too_large_is_answered_413(integrator):
    long = integrator.post("/messages", {"name": "paid", "variables": {"a": "x" * 1_100_000}})
    longer = integrator.send(
        "POST", "/messages", data=b"x" * 10_000_001, content_type="application/json"
    )

    assert (long.status_code, long.json["error"]) == (413, "ValueTooLarge")
    assert longer.status_code == 413
    assert set(longer.json) == SHAPE


def test_deep_nesting_is_refused(integrator):
    deep = {}
    for _ in range(70):
        deep = {"a": deep}

    assert integrator.post("/messages", {"name": "x", "variables": deep}).status_code == 422


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"after": "nonsense"}, "after"),
        ({"state": "asleep"}, "state"),
        ({"startedAfter": "yesterday"}, "startedAfter"),
        ({"startedAfter": "0001-01-01T00:00:00+05:00"}, "startedAfter"),
        ({"variable": "nameonly"}, "variable"),
        ({"stat": "active"}, "stat"),
    ],
)
def test_a_query_that_does_not_fit_is_answered_422(operator, query, field):
    response = operator.get("/process-instances", **query)

    assert response.status_code == 422
    assert field in response.json["context"]["fields"]


def test_an_address_with_a_zero_character_is_refused(operator):
    assert operator.get("/process-instances", businessKey="a\x00b").status_code == 422
    assert operator.post("/incident-causes/a%00b/retries").status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/process-instances/not-a-uuid", 404),
        ("GET", "/nothing-here", 404),
        ("GET", "/process-instances/00000000-0000-0000-0000-000000000000", 404),
        ("PUT", "/process-instances", 405),
        ("TRACE", "/process-instances", 405),
    ],
)
def test_what_is_not_there_is_answered_as_json(operator, method, path, status):
    response = operator.send(method, path)

    assert response.status_code == status
    assert set(response.json) == SHAPE


def test_a_database_that_is_busy_asks_to_come_back(app, integrator, monkeypatch):
    def busy(*args, **kwargs):
        raise OperationalError("select 1", {}, QueryCanceled())

    monkeypatch.setattr(messages.messages, "publish", busy)

    response = integrator.post("/messages", {"name": "paid"})

    assert (response.status_code, response.json["error"]) == (503, "DatabaseBusy")
    assert response.headers["Retry-After"] == str(errors.RETRY_AFTER_SECONDS)


def test_two_changes_at_the_same_moment_are_a_conflict(app, integrator, monkeypatch):
    def stale(*args, **kwargs):
        raise StaleDataError

    monkeypatch.setattr(messages.messages, "publish", stale)

    assert integrator.post("/messages", {"name": "paid"}).status_code == 409
