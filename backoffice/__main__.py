"""The command `backoffice`. Each subcommand loads no more than it needs.

`check`, `test` and `tck` work on files alone: they need neither a database nor a server.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from core.errors import BackOfficeError

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; its exit code: 0 done, 1 refused, 2 not understood."""
    options = parser().parse_args(arguments)
    module, _, function = options.run.partition(":")
    command: Command = getattr(import_module(f"backoffice.commands.{module}"), function)
    try:
        return command(options)
    except BackOfficeError as error:
        print(f"backoffice: {error}", file=sys.stderr)
        for problem in error.context.get("problems", []):
            print(f"  {_line(problem)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _line(problem: object) -> str:
    """A problem of a file in words."""
    if not isinstance(problem, dict):
        return str(problem)
    place = problem["element"] or "the file"
    return f"{problem['file']}: {problem['severity']} at {place}: {problem['message']}"


def parser() -> argparse.ArgumentParser:
    """The command line, as `backoffice --help` shows it."""
    top = argparse.ArgumentParser(prog="backoffice", description="Back Office 2.0")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _serving(commands)
    _modelling(commands)
    _data(commands)
    return top


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _serving(commands: "Commands[argparse.ArgumentParser]") -> None:
    up = _command(commands, "up", "whole:up", "run everything on this machine")
    up.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    up.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")
    up.add_argument("--no-demo", dest="demo", action="store_false", help="start empty")
    up.add_argument("--redis-url", default="", help="an outside Redis or Valkey")
    web = _command(commands, "web", "serving:web", "serve pages and API only")
    web.add_argument("--bind", default="127.0.0.1:8000", help="address:port")
    web.add_argument("--processes", type=int, default=2)
    web.add_argument("--threads", type=int, default=128)
    _command(commands, "worker", "serving:worker", "do what is due, woken by Redis")
    _command(commands, "scheduler", "serving:scheduler", "fire timers and ring for what is due")
    _command(commands, "demo", "serving:demo", "the demo's partner systems and mail box")
    _command(commands, "past", "past:past", "tell the demo's past, where that is left to do")
    _command(commands, "prepare", "serving:prepare", "migrate, and seed at first start")


def _modelling(commands: "Commands[argparse.ArgumentParser]") -> None:
    for name, summary, argument in (
        ("check", "say what is wrong with process, decision and form files", "FILE"),
        ("test", "run the scenarios under the paths", "PATH"),
    ):
        command = _command(commands, name, f"modelling:{name}", summary, data=False)
        command.add_argument("--json", action="store_true", help="one JSON object a line")
        command.add_argument("paths", nargs="+", type=Path, metavar=argument)
    summary = "write a file of another tool with our settings beside its own"
    into = _command(commands, "translate", "modelling:translate", summary, data=False)
    into.add_argument("--json", action="store_true", help="what became of each name, as JSON")
    into.add_argument("file", type=Path, metavar="FILE")
    into.add_argument("--to", type=Path, metavar="FILE", help="where to write it (default: stdout)")
    tck = _command(commands, "tck", "modelling:tck", "run a folder of DMN TCK cases", data=False)
    tck.add_argument("--json", action="store_true", help="one JSON object")
    tck.add_argument("folder", type=Path, metavar="DIR")


def _data(commands: "Commands[argparse.ArgumentParser]") -> None:
    deploy = _command(commands, "deploy", "data:deploy", "deploy process, decision and form files")
    deploy.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    start = _command(commands, "start", "data:start", "start a case")
    start.add_argument("key", help="key of the process")
    start.add_argument("--business-key")
    start.add_argument("--variables", default="{}", help="a JSON object")
    summary = "write a project as a folder or ZIP for Git, take one in, or deploy what changed"
    project = _command(commands, "project", "projects:project", summary)
    project.add_argument("action", choices=["export", "import", "deploy"])
    project.add_argument("path", type=Path, metavar="DIR|FILE.zip", nargs="?")
    project.add_argument("--project", default="", help="its name or key; import makes a new one")
    project.add_argument("--as", dest="person", default="", help="whose drafts they are")
    project.add_argument("--message", default="", help="what is said about the new versions")
    replayed = "real cases of each process that are played again before a deployment; 0: none"
    project.add_argument("--replay", type=int, default=200, metavar="N", help=replayed)
    project.add_argument("--dry-run", action="store_true", help="only say what would be done")
    _command(commands, "seed", "data:seed", "fill the demo: people, processes, cases")
    user = _command(commands, "user", "data:user_add", "add a person, print a sign-in link")
    user.add_argument("action", choices=["add"])
    user.add_argument("name")
    user.add_argument("--role", action="append", required=True, dest="roles")
    user.add_argument("--group", nargs="+", action="extend", default=[], dest="groups")
    user.add_argument("--display-name", default="")
    user.add_argument("--email")
    token = _command(commands, "token", "data:token", "make an API token, print it once")
    token.add_argument("--role", action="append", required=True, dest="roles")
    token.add_argument("--name", required=True)
    token.add_argument("--group", nargs="+", action="extend", default=[], dest="groups")
    migrate = _command(commands, "migrate", "data:migrate", "bring the database up to date")
    migrate.add_argument("--patient", action="store_true", help="no limit to a statement's time")
    for name, summary in (
        ("backup", "copy an installation on SQLite into one file, while it runs"),
        ("restore", "fill a data folder from such a copy"),
    ):
        command = _command(commands, name, f"keeping:{name}", summary)
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument("--force", action="store_true", help="replace what is there")
    summary = "export and remove history that is old enough"
    retention = _command(commands, "retention", "keeping:retention", summary)
    retention.add_argument("--dry-run", action="store_true", help="only say how much it is")


def _command(
    commands: "Commands[argparse.ArgumentParser]",
    name: str,
    run: str,
    summary: str,
    *,
    data: bool = True,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary)
    command.set_defaults(run=run)
    if data:
        folder = Path(os.environ.get("BACKOFFICE_DATA", "var"))
        command.add_argument("--data", type=Path, default=folder, help=f"data folder ({folder})")
        command.add_argument("--database-url", default="", help="an outside PostgreSQL")
    return command


if __name__ == "__main__":
    sys.exit(main())
