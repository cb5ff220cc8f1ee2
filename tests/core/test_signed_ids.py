"""An id in an address opens only what it was signed for."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import signed_ids
from core.ids import new_id

KEY = "a secret key of the tests"


@pytest.fixture
def thing():
    return new_id()


def test_what_was_signed_is_read_again(thing):
    token = signed_ids.sign(thing, "guest-link", KEY)

    assert len(token) == 64
    assert signed_ids.read(token, "guest-link", KEY) == thing


def test_another_kind_key_or_id_is_not_read(thing):
    token = signed_ids.sign(thing, "guest-link", KEY)
    swapped = base64.urlsafe_b64encode(new_id().bytes + base64.urlsafe_b64decode(token)[16:])

    assert signed_ids.read(token, "share-link", KEY) is None
    assert signed_ids.read(token, "guest-link", f"{KEY}!") is None
    assert signed_ids.read(swapped.decode(), "guest-link", KEY) is None


@given(st.text(max_size=80))
def test_what_nobody_signed_is_not_read(text):
    assert signed_ids.read(text, "guest-link", KEY) is None
