"""Commands on files alone: check models, run scenarios, run the DMN conformance kit."""

import argparse
import json
import sys
from dataclasses import asdict


def check(options: argparse.Namespace) -> int:
    """Say what is wrong with each file; 1 when one is refused."""
    from engine.bpmn.check import check_paths

    return check_paths(options.paths, as_json=options.json)


def translate(options: argparse.Namespace) -> int:
    """Write a file of another tool with our settings beside its own; 1 when it cannot be read.

    The file goes to standard output or `--to`, what became of each name to standard error.
    """
    from core.errors import Invalid
    from engine.bpmn.export import export
    from engine.bpmn.imports.report import told

    try:
        found = export(options.file.read_bytes(), name=options.file.name)
    except (OSError, Invalid) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    if options.to is None:
        sys.stdout.buffer.write(found.content)
    else:
        options.to.write_bytes(found.content)
    as_json = (json.dumps(asdict(each), ensure_ascii=False) for each in found.notes)
    for line in as_json if options.json else told(found.notes):
        print(line, file=sys.stderr)
    return 0


def test(options: argparse.Namespace) -> int:
    """Run each scenario; 1 when one fails."""
    from engine.scenarios import run_paths

    return run_paths(options.paths, as_json=options.json)


def tck(options: argparse.Namespace) -> int:
    """Run the cases of a DMN TCK folder; 1 when one fails."""
    from engine.dmn.tck import run_folder

    report = run_folder(options.folder)
    if options.json:
        print(json.dumps(report.to_json()))
    else:
        print(report)
    return 0 if report.passed == report.total else 1
