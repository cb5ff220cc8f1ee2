import pytest

from web.addresses import local_path


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/work?view=mine", "/work?view=mine"),
        ("http://localhost/cases/7", "/cases/7"),
        ("https://evil.example/work", None),
        ("//evil.example/work", None),
        ("/\\evil.example", None),
        ("///evil.example", None),
        ("http://localhost//evil.example", None),
        ("javascript:alert(1)", None),
        ("/work\nLocation: https://evil.example", None),
        ("work", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_this_installation_are_followed(app, address, path):
    with app.test_request_context("/"):
        assert local_path(address) == path
