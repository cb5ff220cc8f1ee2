import io
import os
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from core.errors import NotFound
from core.file_types import FileTypeRefused
from core.files import store_of
from engine import retention, user_tasks
from tests.conftest import actor
from tests.work import desk
from work import attachments
from work.attachments import AttachmentNotFound, AttachmentRemoved, NotYourFile, TooManyFiles
from work.models.attachment import Attachment
from work.scanning import FileInfected, ScannerSilent

BILL = b"%PDF-1.7 the bill"


@pytest.fixture
def task(session, clock_at):
    desk.deploy(session)
    return desk.arrive(session)


def upload(config, data=BILL, name="bill.pdf"):
    return attachments.take_in(io.BytesIO(data), name, config)


def attach(session, config, task, by, **options):
    return attachments.attach(
        session, upload(config), instance_id=task.instance_id, by=by, **options
    )


def test_a_file_is_there_for_all_who_see_the_case_and_for_nobody_else(
    session, config, task, ada, bob
):
    made = attach(session, config, task, ada, task_id=task.id)

    assert attachments.get(session, made.id, by=bob) is made
    assert attachments.of_case(session, task.instance_id, by=bob) == [made]
    with store_of(config).open(made.digest) as content:
        assert content.read() == BILL
    stranger = actor("eve", *ada.roles, groups=("elsewhere",))
    with pytest.raises(AttachmentNotFound):
        attachments.get(session, made.id, by=stranger)
    with pytest.raises(NotFound):
        attachments.of_case(session, task.instance_id, by=stranger)
    with pytest.raises(NotFound):
        attach(session, config, task, stranger)


def test_only_who_added_it_or_an_operator_removes_it(session, config, task, ada, bob, olga):
    mine, other = attach(session, config, task, ada), attach(session, config, task, ada)

    with pytest.raises(NotYourFile):
        attachments.remove(session, mine.id, by=bob)
    attachments.remove(session, mine.id, by=ada)
    attachments.remove(session, other.id, by=olga)

    assert attachments.of_case(session, task.instance_id, by=ada) == []
    assert mine.removed_by == "ada"
    with pytest.raises(AttachmentRemoved):
        attachments.get(session, mine.id, by=ada)


def test_a_file_goes_to_a_task_of_its_own_case_only(session, config, task, ada):
    other = desk.arrive(session)

    with pytest.raises(NotFound):
        attach(session, config, task, ada, task_id=other.id)


def test_a_case_has_a_limit_of_files(session, config, task, ada, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_FILES", 1)
    attach(session, config, task, ada)

    with pytest.raises(TooManyFiles):
        attach(session, config, task, ada)


def test_a_form_holds_its_files_until_it_is_sent(session, config, task, ada, bob, clock_at):
    held = attachments.hold(session, upload(config), field="bill", by=ada)
    with pytest.raises(AttachmentNotFound):
        attachments.get(session, held.id, by=bob)
    with pytest.raises(AttachmentNotFound):
        attachments.bind(session, [held.id], instance_id=task.instance_id, by=bob)

    attachments.bind(session, [held.id], instance_id=task.instance_id, task_id=task.id, by=ada)

    assert attachments.get(session, held.id, by=bob).task_id == task.id
    attachments.hold(session, upload(config), by=ada)
    clock_at(days=1)
    assert attachments.forget_held(session) == 0
    clock_at(days=3)
    assert attachments.forget_held(session) == 1
    assert attachments.get(session, held.id, by=ada) is held


def test_contents_go_with_the_last_row_that_refers_to_them(session, config, task, ada):
    first, second = attach(session, config, task, ada), attach(session, config, task, ada)
    digest = first.digest

    attachments.remove(session, first.id, by=ada)
    assert attachments.unwanted(session, [digest]) == []
    attachments.remove(session, second.id, by=ada)
    assert attachments.unwanted(session, attachments.kept_in(store_of(config))) == [digest]


def test_they_go_with_the_history_of_their_case(session, config, task, ada, tmp_path, clock_at):
    attach(session, config, task, ada, task_id=task.id)
    user_tasks.complete(session, task.id, {}, by=ada)
    clock_at(days=40)

    assert retention.remove_batch(session, "claims", 30, tmp_path) == 1

    assert session.scalars(select(Attachment)).all() == []


def test_a_command_scans_each_file(session, config, tmp_path):
    tool = tmp_path / "scan.py"
    tool.write_text("import sys; sys.exit(b'bad' in open(sys.argv[1], 'rb').read())")
    scanned = replace(config, scanner=f"{sys.executable} {tool}")

    assert upload(scanned).is_scanned
    with pytest.raises(FileInfected):
        upload(scanned, b"%PDF-1.7 bad")


@pytest.mark.parametrize(
    "scanner", ["/nowhere/scanner", f"{sys.executable} -c 'raise SystemExit(3)'"]
)
def test_without_an_answer_of_the_scanner_nothing_is_taken(config, scanner):
    with pytest.raises(ScannerSilent):
        upload(replace(config, scanner=scanner))


def test_an_address_scans_each_file(config):
    class Scanner(BaseHTTPRequestHandler):
        def do_POST(self):
            data = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(500 if b"odd" in data else 422 if b"bad" in data else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Scanner)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    scanned = replace(config, scanner=f"http://127.0.0.1:{server.server_port}/scan")
    try:
        assert upload(scanned).is_scanned
        with pytest.raises(FileInfected):
            upload(scanned, b"%PDF-1.7 bad")
        with pytest.raises(ScannerSilent):
            upload(scanned, b"%PDF-1.7 odd")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    with pytest.raises(ScannerSilent):
        upload(scanned)


def test_what_was_refused_is_swept_away(app, config):
    from work import jobs

    with pytest.raises(FileTypeRefused):
        upload(config, b"MZ a program", "bill.pdf")
    store = store_of(config)
    (digest,) = attachments.kept_in(store)

    jobs.sweep_files()
    assert attachments.kept_in(store) == [digest]
    old = (store.path(digest).stat().st_mtime - timedelta(hours=2).total_seconds(),) * 2
    os.utime(store.path(digest), old)
    jobs.sweep_files()
    assert attachments.kept_in(store) == []
