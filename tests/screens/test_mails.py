from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from core import db as database
from core import people
from core.ids import new_id
from core.people import SYSTEM
from screens.mails import folder
from tests.browsing import Browser, signed_in
from wsgi import create_app


@pytest.fixture
def mailbox(config) -> Path:
    path = config.data_dir / "mails"
    path.mkdir()
    return path


@pytest.fixture
def olga(config, app) -> Iterator[Browser]:
    """An operator of an installation whose demo is on."""
    demo_app = create_app(replace(config, demo=True))
    with demo_app.app_context():
        with database.transaction() as session:
            people.add_person(session, "olga", roles=["operator"], by=SYSTEM)
        browser = Browser(demo_app)
        browser.sign_in("olga")
        yield browser
        database.db.session.remove()
        database.db.engine.dispose()


def keep(mailbox: Path, subject: str = "Welcome", text: str = "Hello", html: str = "") -> UUID:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "service@here.example", "you@there.example"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    mail_id = new_id()
    (mailbox / f"{mail_id}.eml").write_bytes(bytes(mail))
    return mail_id


def test_without_mails_the_page_says_how_to_get_one(olga):
    assert "No mail yet" in olga.get("/mails").text


def test_the_newest_mail_comes_first(olga, mailbox):
    keep(mailbox, "First")
    keep(mailbox, "Second")

    page = olga.get("/mails").text

    assert page.index("Second") < page.index("First")


def test_a_mail_is_read_beside_the_list(olga, mailbox):
    mail_id = keep(mailbox, "Grüße", "Ihre Lieferung beginnt am 1. Dezember.")

    page = olga.get(f"/mails/{mail_id}").text

    assert "Grüße" in page
    assert "Ihre Lieferung beginnt am 1. Dezember." in page
    assert "you@there.example" in page


def test_markup_of_a_mail_cannot_run(olga, mailbox):
    mail_id = keep(mailbox, "<b>x</b>", html="<p onclick='x()'>Hi</p><script>alert(1)</script>")

    page = olga.get(f"/mails/{mail_id}").text

    assert "alert(1)" not in page
    assert "onclick" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_many_mails_come_in_pages(mailbox):
    for number in range(5):
        keep(mailbox, f"Mail {number}")

    first, after = folder.newest(mailbox, limit=3)
    assert after
    rest, end = folder.newest(mailbox, limit=3, after=UUID(after))

    assert [mail.subject for mail in first + rest] == [f"Mail {n}" for n in (4, 3, 2, 1, 0)]
    assert end is None


def test_attachments_are_named(mailbox):
    mail = EmailMessage()
    mail.set_content("See the bill.")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bill.pdf")
    mail_id = new_id()
    (mailbox / f"{mail_id}.eml").write_bytes(bytes(mail))

    assert folder.get(mailbox, mail_id).attachments == ("bill.pdf",)


def test_an_unknown_character_set_is_shown_as_well_as_can_be(mailbox):
    mail_id = new_id()
    raw = b"Subject: x\r\nContent-Type: text/plain; charset=klingon\r\n\r\nHello \xe9"
    (mailbox / f"{mail_id}.eml").write_bytes(raw)

    assert folder.get(mailbox, mail_id).text.startswith("Hello")


def test_other_files_in_the_folder_are_no_mails(mailbox):
    (mailbox / "notes.eml").write_text("not ours")

    assert folder.newest(mailbox, limit=10) == ([], None)


@pytest.mark.parametrize("name", ["0199f5a0-0000-7000-8000-000000000000", "..%2fsecret_key"])
def test_what_is_not_a_mail_is_not_found(olga, name):
    assert olga.get(f"/mails/{name}").status_code == 404


def test_a_page_that_does_not_exist_is_refused(olga):
    assert olga.get("/mails?after=x").status_code == 422


def test_without_the_demo_mails_are_really_sent(app):
    assert signed_in(app, "olga", "operator").get("/mails").status_code == 404
