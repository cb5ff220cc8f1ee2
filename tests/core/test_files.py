import hashlib
import io
import os
import zipfile
from datetime import timedelta

import pytest

from core.file_types import FileTypeRefused, content_of, plain_name, type_of
from core.files import FileEmpty, FileLost, FileTooLarge, Store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


def keep(store, data=b"hello", limit=1000):
    return store.keep(io.BytesIO(data), limit=limit)


def test_the_same_content_is_kept_once_under_its_hash(store):
    first, second = keep(store), keep(store)

    assert first == second
    assert first.digest == hashlib.sha256(b"hello").hexdigest()
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [first.digest]
    with store.open(first.digest) as content:
        assert content.read() == b"hello"


def test_only_the_owner_may_read_it(store):
    path = store.path(keep(store).digest)

    assert path.stat().st_mode & 0o077 == 0
    assert store.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("data", "problem"), [(b"x" * 11, FileTooLarge), (b"", FileEmpty)])
def test_what_is_too_large_or_empty_leaves_nothing_behind(store, data, problem):
    with pytest.raises(problem):
        keep(store, data, limit=10)

    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_what_was_written_lately_is_not_removed(store):
    digest = keep(store).digest

    assert not store.remove(digest, unless_younger=timedelta(hours=1))
    os.utime(store.path(digest), (0, 0))
    assert store.remove(digest, unless_younger=timedelta(hours=1))
    assert not store.remove(digest)
    with pytest.raises(FileLost):
        store.open(digest)


def test_keeping_it_again_makes_it_young(store):
    digest = keep(store).digest
    os.utime(store.path(digest), (0, 0))

    keep(store)

    assert not store.remove(digest, unless_younger=timedelta(hours=1))


def archive(tmp_path, **entries):
    path = tmp_path / "archive"
    with zipfile.ZipFile(path, "w") as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/").replace("Types", "[Content_Types].xml"), content)
    return path


def written(tmp_path, data):
    path = tmp_path / "given"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("bill.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("Photo.PNG", PNG, "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0 ...", "image/jpeg"),
        ("photo.webp", b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        ("photo.heic", b"\x00\x00\x00\x18ftypheic....", "image/heic"),
        ("list.csv", "Straße;7\n".encode("latin-1"), "text/csv; charset=utf-8"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...", "application/msword"),
    ],
)
def test_what_is_what_it_says_is_accepted(tmp_path, name, data, media_type):
    assert type_of(written(tmp_path, data), name) == media_type


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bill.pdf", b"MZ\x90\x00 a program"),
        ("bill.pdf", PNG),
        ("note.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("note.txt", b"\xef\xbb\xbf  <svg onload=alert(1)>"),
        ("note.txt", b"#!/bin/sh\nrm -rf /"),
        ("note.txt", b"ab\x00cd"),
        ("page.html", b"<html></html>"),
        ("drawing.svg", b"<svg/>"),
        ("tool.exe", b"MZ"),
        ("bill", b"%PDF-1.7"),
        ("letter.docx", b"PK\x03\x04 broken"),
    ],
)
def test_what_is_not_is_refused(tmp_path, name, data):
    with pytest.raises(FileTypeRefused):
        type_of(written(tmp_path, data), name)


def test_office_documents_are_known_by_what_is_in_them(tmp_path):
    assert content_of(archive(tmp_path, Types="", word__document="")) == "docx"
    assert content_of(archive(tmp_path, Types="", xl__workbook="")) == "xlsx"
    assert content_of(archive(tmp_path, readme="")) == "an archive"
    odt = "application/vnd.oasis.opendocument.text"
    assert content_of(archive(tmp_path, mimetype=odt)) == "odt"


def test_macros_are_refused_whatever_the_name(tmp_path):
    path = archive(tmp_path, Types="", **{"word__vbaProject.bin": "x"})

    with pytest.raises(FileTypeRefused, match="macros"):
        type_of(path, "letter.docx")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\bill.pdf", "bill.pdf"),
        ('a"b\r\nX: y.pdf', "abX y.pdf"),
        ("", "file"),
        (None, "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given, shown):
    assert plain_name(given) == shown
