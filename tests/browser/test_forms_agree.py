"""form-js in a browser and `forms` on the server show, require and keep the same."""

import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from forms.errors import FormInvalid
from forms.schema import Form, parse
from forms.validate import validate
from tests.forms.build import choice, field, group, number, rows, source, text

ROOT = Path(__file__).parent.parent.parent
BUNDLE = "require('esbuild').buildSync({entryPoints: [process.argv[1]], outfile: process.argv[2], \
bundle: true, format: 'iife', logLevel: 'error'})"
REQUIRED = {"required": True}


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """An empty page that can open forms."""
    bundle = tmp_path_factory.mktemp("form_js") / "form_js.js"
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    entry = Path(__file__).with_name("form_js.js")
    subprocess.run([node, "-e", BUNDLE, str(entry), str(bundle)], cwd=ROOT, check=True)
    page = browser.new_page()
    page.add_script_tag(path=bundle)
    yield page
    page.close()


@pytest.mark.parametrize(
    ("components", "variables"),
    [
        ([text("a"), number("b"), field("checkbox", "c"), field("datetime", "d")], {}),
        ([text("a", defaultValue="x"), choice("b", "x", "y", defaultValue="y")], {}),
        ([text("a"), number("b"), choice("c", "x")], {"a": 7, "b": "2.5", "c": "unknown"}),
        ([choice("a", "x", "y", kind="checklist")], {"a": ["x", "z"]}),
        ([choice("a", valuesKey="o"), choice("b", valuesExpression="=o")], {"o": ["x"], "a": "x"}),
        ([text("a", validate={**REQUIRED, "minLength": 3}), number("b", validate=REQUIRED)], {}),
        ([number("a", validate={"max": "=limit"}, decimalDigits=1)], {"a": 7.25, "limit": 5}),
        ([number("a", increment="0.5"), number("b", decimalDigits=0)], {"a": 1.3, "b": 1.5}),
        ([text("a", disabled=True, validate=REQUIRED), text("b")], {"b": "x"}),
        ([number("a"), text("b", conditional={"hide": "=a > 3"}, validate=REQUIRED)], {"a": 2}),
        ([number("a"), text("b", conditional={"hide": "=a > 3"}, validate=REQUIRED)], {}),
        (
            [
                field("checkbox", "a"),
                text("b", conditional={"hide": "=a = false"}),
                text("c", conditional={"hide": '=b = "old"'}, validate=REQUIRED),
            ],
            {"a": False, "b": "old"},
        ),
        ([group(text("a", validate=REQUIRED), path="g"), group(text("b"))], {"g": {"a": "x"}}),
        ([group(text("a", validate=REQUIRED), conditional={"hide": "=true"})], {}),
        ([rows("r", text("a", validate=REQUIRED), defaultRepetitions=2)], {}),
        ([rows("r", text("a"), number("b"))], {"r": [{"a": "x", "b": 1}, {"a": "y", "b": 2}]}),
        (
            [rows("r", number("a"), text("b", conditional={"hide": "=this.a < 2"}))],
            {"r": [{"a": 1}, {"a": 2, "b": "x"}]},
        ),
        ([rows("r", text("a", conditional={"hide": "=i[1] = 1"}))], {"r": [{}, {"a": "x"}]}),
        (
            [number("a"), field("expression", "b", expression="=a * 2", computeOn="change")],
            {"a": 3},
        ),
        (
            [
                rows("r", number("a")),
                field("expression", "b", expression="=sum(r.a)", computeOn="change"),
            ],
            {"r": [{"a": 1}, {"a": 2.5}]},
        ),
        ([text("a.b.c"), text("a.d")], {"a": {"b": {"c": "x"}}}),
    ],
)
def test_the_browser_and_the_server_agree(
    page: Page, components: list[dict[str, Any]], variables: dict[str, Any]
) -> None:
    form = parse(source(*components))
    ids = {component.id: component.path for component in form.walk()}

    sent = page.evaluate("([schema, data]) => submitted(schema, data)", [form.schema, variables])

    clean, named = _judged(form, deepcopy(sent["data"]), variables)
    assert named == {ids[name][-1] for name in sent["errors"]}
    # A row without any field that is shown is null in the browser.
    assert named or clean == _with_rows(sent["data"])


def _judged(
    form: Form, answers: dict[str, Any], variables: dict[str, Any]
) -> tuple[dict[str, Any], set[str]]:
    try:
        return validate(form, answers, variables), set()
    except FormInvalid as error:
        return {}, {path.rpartition(".")[2] for path in error.context["fields"]}


def _with_rows(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_rows(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [{} if inner is None else _with_rows(inner) for inner in value]
    return value
