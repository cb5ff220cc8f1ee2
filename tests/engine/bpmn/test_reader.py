"""Whatever the bytes, there is a safe tree or one clear sentence."""

import pytest

from engine.bpmn import reader
from engine.bpmn.reader import UnreadableModel, read


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableModel) as caught:
        read(data, name="order.bpmn")
    return str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        "<a>ü</a>".encode(),
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><a>\xc3\xbc</a>',
        '<?xml version="1.0" encoding="UTF-16"?><a>ü</a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-16"?><a>ü</a>'.encode("utf-16-be"),
        '<?xml version="1.0" encoding="UTF-16"?><a>ü</a>'.encode("utf-16-le"),
        '<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="UTF-16"?><a>ü</a>'.encode(),
        '\n\n  <?xml version="1.0"?><a>ü</a>'.encode(),
    ],
)
def test_text_is_read_whatever_its_encoding(data):
    assert read(data).text == "ü"


def test_comments_and_processing_instructions_are_left_out():
    root = read(b"<a><!-- note --><?run me?><b/></a>")

    assert [each.tag for each in root] == ["b"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"\x00\x00  \n", "it is empty"),
        (b"PK\x03\x04 a zip", "it is not an XML document"),
        (b"\xff\xfeh\x00i\x00", "it is not an XML document"),
        (b"\xff\xfe\x00", "not valid UTF-16"),
        (b"<a><b></a>", "not well-formed"),
        (b"<a>&nobody;</a>", "not well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not well-formed"),
        ('<?xml version="1.0" encoding="UTF-8"?><a>ü</a>'.encode("latin-1"), "not well-formed"),
        (b"<!DOCTYPE a><a/>", "document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type"),
        (b"<!DOCTYPE a [<!ENTITY % x 'y'> %x; broken]><a/>", "document type"),
        (b"<a>" * 300 + b"</a>" * 300, "not well-formed"),
        (b"<a>" * 150 + b"</a>" * 150, "nested more than 100 deep"),
        (b"<a>" + b"<b/>" * 40_000 + b"</a>", "more than 30,000 elements"),
        (b"<a>" + b"<b/>" * 210_000 + b"</a>", "more than 30,000 elements"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data, words):
    message = refusal(data)

    assert message.startswith("order.bpmn cannot be read: ")
    assert words in message
    assert "<string>" not in message


def test_entities_that_grow_are_refused():
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))

    message = refusal(f'<!DOCTYPE a [<!ENTITY e0 "ha">{laughs}]><a>&e9;</a>'.encode())

    assert "document type" in message


def test_large_files_are_refused_before_they_are_parsed():
    assert "2,000,000 are allowed" in refusal(b"<a>" + b" " * reader.MAX_BYTES + b"</a>")


def test_too_many_attributes_are_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_ATTRIBUTES", 2)

    assert "more than 2 attributes" in refusal(b'<a b="1" c="2" d="3"/>')
