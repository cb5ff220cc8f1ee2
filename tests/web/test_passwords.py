import pytest

from web import passwords
from web.passwords import PasswordTooWeak


def test_a_password_matches_its_hash_only():
    stored = passwords.hashed("a long sentence")

    assert stored.startswith("$argon2id$")
    assert passwords.matches("a long sentence", stored)
    assert not passwords.matches("a long sentence.", stored)
    assert not passwords.is_outdated(stored)


def test_nobody_has_no_password():
    assert not passwords.matches("nobody has this password", None)


def test_a_damaged_hash_matches_nothing():
    assert not passwords.matches("anything at all", "$argon2id$broken")


def test_an_older_hash_is_to_be_made_anew():
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("a long sentence")

    assert passwords.is_outdated(old)
    assert passwords.matches("a long sentence", old)


@pytest.mark.parametrize(
    "weak",
    ["", "short", "eleven char", "passwordpassword", "aaaaaaaaaaaaaa", "ada123456789", "x" * 201],
)
def test_weak_passwords_are_refused(weak):
    with pytest.raises(PasswordTooWeak):
        passwords.require_strong(weak, name="ada")


@pytest.mark.parametrize("strong", ["correct horse battery", "Zwölf Äpfel im Korb"])
def test_a_sentence_is_strong(strong):
    passwords.require_strong(strong, name="ada")
