import pytest

from forms.files import is_accepted, pickers
from tests.forms.build import field, form, group, rows


@pytest.mark.parametrize(
    ("accept", "name", "media_type", "accepted"),
    [
        ("", "a.exe", "application/x-msdownload", True),
        (".pdf, .PNG", "A.PDF", "application/pdf", True),
        (".pdf,.png", "a.txt", "text/plain", False),
        ("image/*", "a.png", "image/png", True),
        ("image/*", "a.pdf", "application/pdf", False),
        ("text/csv", "a.csv", "text/csv", True),
        ("im.*", "a.png", "image/png", False),
    ],
)
def test_a_field_says_which_kinds_of_files_it_accepts(accept, name, media_type, accepted):
    assert is_accepted(accept, name, media_type) is accepted


def test_file_pickers_are_found_in_groups_and_rows():
    asked = form(
        field("filepicker", "a.b"),
        group(field("filepicker", "c"), path="g"),
        rows("r", field("filepicker", "d")),
        field("filepicker", "empty"),
    )
    clean = {"a": {"b": 1}, "g": {"c": 2}, "r": [{"d": 3}, {"d": None}, {}], "empty": None}

    assert [place[key] for _, place, key in pickers(asked, clean)] == [1, 2, 3]
