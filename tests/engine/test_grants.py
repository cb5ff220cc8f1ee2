"""Sharing a process: whoever deployed it lets others see its instances."""

import pytest

from core.permissions import NotAllowed
from engine import deployments, grants, instances
from engine.errors import DefinitionNotFound
from tests.build import process


@pytest.fixture
def owned(session, grace, clock_at):
    drawing = process("owned").user_task("t", lane="x").end()
    deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=grace)


def test_an_owner_shares_a_process_and_takes_it_back(session, owned, grace, ivan, root):
    instance = instances.start(session, key="owned", by=root)
    before = instances.find(session, by=ivan)

    grants.grant(session, "owned", "ivan", by=grace)
    grants.grant(session, "owned", "ivan", by=grace)
    shared = instances.find(session, by=ivan)
    grants.revoke(session, "owned", "ivan", by=grace)

    assert (before, shared, instances.find(session, by=ivan)) == ([], [instance], [])
    assert [each.actor for each in grants.find(session, "owned")] == ["grace"]


def test_only_owners_and_operators_share(session, owned, ivan, lea, olga):
    for actor in (ivan, lea):
        with pytest.raises(NotAllowed):
            grants.grant(session, "owned", "ivan", by=actor)

    assert grants.grant(session, "owned", "ivan", by=olga).granted_by == "olga"
    with pytest.raises(NotAllowed):
        grants.revoke(session, "owned", "grace", by=ivan)


def test_only_what_is_there_is_shared(session, grace):
    with pytest.raises(DefinitionNotFound):
        grants.grant(session, "nothing", "ivan", by=grace)
