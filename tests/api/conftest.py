"""Callers of the API: one for each role, each with a token of its own."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from core.db import transaction
from core.people import SYSTEM, make_token


class Caller:
    """Calls the API with one token."""

    def __init__(self, client: Any, token: str) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(f"/api/v1{path}", headers=self.headers, query_string=query)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self._client.post(f"/api/v1{path}", json=body or {}, headers=headers)

    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = {**self.headers, **options.pop("headers", {})}
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def put(self, path: str, body: Any = None) -> Any:
        return self.send("PUT", path, json=body or {})

    def patch(self, path: str, body: Any) -> Any:
        return self.send("PATCH", path, json=body)

    def delete(self, path: str, body: Any = None) -> Any:
        return self.send("DELETE", path, **({} if body is None else {"json": body}))

    def deploy(self, *, key: str | None = None, to: str = "/deployments", **files: bytes) -> Any:
        """Send files named like `order_bpmn=…`."""
        named = [
            (BytesIO(data), name[::-1].replace("_", ".", 1)[::-1]) for name, data in files.items()
        ]
        headers = {"Idempotency-Key": key} if key else {}
        return self.send("POST", to, data={"files": named}, headers=headers)


@pytest.fixture
def token(app: Any) -> Callable[..., str]:
    """Makes a token: `token("integrator")`."""

    def make(*roles: str, name: str = "", groups: tuple[str, ...] = ()) -> str:
        with transaction() as session:
            caller = name or f"a {roles[0]}"
            return make_token(session, caller, roles=roles, groups=groups, by=SYSTEM)[1]

    return make


@pytest.fixture
def call(client: Any, token: Callable[..., str]) -> Callable[..., Caller]:
    """Makes somebody who calls: `call("analyst").get("/process-definitions")`."""

    def make(*roles: str, **options: Any) -> Caller:
        return Caller(client, token(*roles, **options))

    return make


@pytest.fixture
def analyst(call: Callable[..., Caller]) -> Caller:
    return call("analyst")


@pytest.fixture
def integrator(call: Callable[..., Caller]) -> Caller:
    return call("integrator")


@pytest.fixture
def associate(call: Callable[..., Caller]) -> Caller:
    return call("associate")


@pytest.fixture
def operator(call: Callable[..., Caller]) -> Caller:
    return call("operator")


@pytest.fixture
def administrator(call: Callable[..., Caller]) -> Caller:
    return call("administrator")
