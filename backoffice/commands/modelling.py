"""Commands on files alone: check models, run scenarios, run the DMN conformance kit."""

import argparse
import json


def check(options: argparse.Namespace) -> int:
    """Say what is wrong with each file; 1 when one is refused."""
    from engine.bpmn.check import check_paths

    return check_paths(options.paths, as_json=options.json)


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
