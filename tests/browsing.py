"""A browser without a screen: keeps cookies, sends the token of our forms, signs people in."""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from core import db as database
from core import people
from core.people import SYSTEM, Person


class Browser:
    """One person at one browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def page(self, path: str) -> str:
        """The markup of a page, on one line: how it is broken into lines means nothing."""
        return " ".join(self.get(path).text.split())

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form as a page would, with its token."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def token(self) -> str:
        """The token that our pages carry."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/nowhere").text)
        assert found
        return found[1]

    def sign_in(self, name: str) -> None:
        """Come in as that person, by a one-time link."""
        with database.transaction() as session:
            link = people.make_sign_in_link(session, people.get_person(session, name))
        answer = self.post(f"/sign-in/{link}")
        assert answer.status_code == 303


def add_person(
    name: str, *roles: str, groups: Iterable[str] = (), display_name: str = ""
) -> Person:
    """A person in the application's database."""
    with database.transaction() as session:
        return people.add_person(
            session, name, roles=roles, groups=groups, display_name=display_name, by=SYSTEM
        )


def signed_in(app: Flask, name: str, *roles: str, groups: Iterable[str] = ()) -> Browser:
    """A browser in which a new person with these roles is signed in."""
    add_person(name, *roles, groups=groups)
    browser = Browser(app)
    browser.sign_in(name)
    return browser
