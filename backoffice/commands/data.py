"""Commands on the data of an installation; they work whether it runs or not."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import force_locale
from sqlalchemy.orm import Session

from backoffice import database, installation
from core import people
from core.config import Config
from core.db import transaction
from core.errors import Invalid, NotFound
from core.people import Actor, Role
from core.values import from_json

#: Who acts when somebody works at the machine itself.
OPERATOR = Actor("command_line", frozenset({Role.ADMINISTRATOR}), kind="system")
SUFFIXES = (".bpmn", ".dmn", ".form")


class NoFiles(NotFound):
    """There is no process, decision or form file at {path}."""


class SameName(Invalid):
    """Two files have the same name: {first} and {second}."""


class VariablesInvalid(Invalid):
    """--variables must be a JSON object."""


def deploy(options: argparse.Namespace) -> int:
    """Deploy the files, or those of the folders, as one package."""
    import forms
    from engine import deployments

    files = read_package(options.paths)
    with session_of(options) as session:
        outcome = deployments.deploy(session, files, by=OPERATOR, check_form=forms.check)
        for definition in outcome.definitions:
            print(f"{definition.kind} {definition.key} version {definition.version}")
        for problem in outcome.problems:
            print(f"  {problem['severity']}: {problem['message']}", file=sys.stderr)
    return 0


def start(options: argparse.Namespace) -> int:
    """Start a case and print its id."""
    from engine import instances

    variables = from_json(options.variables)
    if not isinstance(variables, dict):
        raise VariablesInvalid()
    with session_of(options) as session:
        instance = instances.start(
            session,
            key=options.key,
            business_key=options.business_key,
            variables=variables,
            by=OPERATOR,
        )
        print(instance.id)
    return 0


def seed(options: argparse.Namespace) -> int:
    """Fill the demo where it is not filled yet."""
    from backoffice.first_start import begin_projects, demo_days
    from demo.seed import seed as fill

    days = demo_days(os.environ)
    with session_of(options) as session:
        fill(session, _config(options).data_dir, days)
        begin_projects(session)
    return 0


def user_add(options: argparse.Namespace) -> int:
    """Add a person and print a link that signs them in once."""
    with session_of(options) as session:
        person = people.add_person(
            session,
            options.name,
            roles=options.roles,
            groups=options.groups,
            display_name=options.display_name,
            email=options.email,
            by=OPERATOR,
        )
        secret = people.make_sign_in_link(session, person)
    print(f"{_config(options).public_url}/sign-in/{secret}")
    return 0


def token(options: argparse.Namespace) -> int:
    """Make an API token and print it, alone."""
    with session_of(options) as session:
        _, secret = people.make_token(
            session, options.name, roles=options.roles, groups=options.groups, by=OPERATOR
        )
    print(secret)
    return 0


def migrate(options: argparse.Namespace) -> int:
    """Bring the database up to date."""
    database.migrate(_config(options), patient=options.patient)
    return 0


def read_package(paths: list[Path]) -> dict[str, bytes]:
    """The files at the paths by file name; folders are searched. Raises NoFiles, SameName."""
    found: dict[str, Path] = {}
    for path in paths:
        files = _models_below(path) if path.is_dir() else [path] if path.is_file() else []
        if not files:
            raise NoFiles(path=path)
        for file in files:
            if found.setdefault(file.name, file).absolute() != file.absolute():
                raise SameName(first=found[file.name], second=file)
    return {name: file.read_bytes() for name, file in found.items()}


def _models_below(folder: Path) -> list[Path]:
    files = sorted(folder.rglob("*"))
    return [file for file in files if file.suffix.lower() in SUFFIXES and file.is_file()]


@contextmanager
def session_of(options: argparse.Namespace) -> Iterator[Session]:
    """A transaction on the installation that the options name, in its application."""
    from wsgi import create_app

    config = _config(options)
    try:
        database.require_current(config)
    except database.NoDatabase:
        # A folder may be furnished before its first `up`; who mistyped its name reads it here.
        database.migrate(config)
        print(f"Made a new, empty database in {config.data_dir}", file=sys.stderr)
    # Nobody's browser says which language it wants.
    with create_app(config).app_context(), force_locale("en"), transaction() as session:
        yield session


def _config(options: argparse.Namespace) -> Config:
    environ = dict(os.environ)
    if options.database_url:
        environ["BACKOFFICE_DATABASE_URL"] = options.database_url
    return installation.load(options.data.absolute(), environ)
