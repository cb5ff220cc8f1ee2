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


def moment(key: str, kind: str, **settings: Any) -> dict[str, Any]:
    """A field for a date, a time or both."""
    label = {"dateLabel": key} if kind != "time" else {}
    label |= {"timeLabel": key} if kind != "date" else {}
    return field("datetime", key, subtype=kind, **label, **settings)


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
        # Required only sometimes, in rows too.
        ([number("a"), text("b", validate={"required": "=a > 3"})], {"a": 4}),
        ([number("a"), text("b", validate={"required": "=a > 3"})], {"a": 3}),
        ([text("b", validate={"required": "=nothing"})], {}),
        ([field("checkbox", "a", validate={"required": "=1 = 1"})], {}),
        (
            [rows("r", number("a"), text("b", validate={"required": "=this.a > 1"}))],
            {"r": [{"a": 1}, {"a": 2}]},
        ),
        (
            [rows("r", number("a"), text("b", validate={"required": "=this.a > 1"}))],
            {"r": [{"a": 1}, {"a": 2, "b": "x"}]},
        ),
        # Limits that are computed, exact, and beyond what is written.
        ([number("a", validate={"min": "=low", "max": "=low + 2"})], {"a": 4, "low": 1}),
        ([number("a", validate={"min": "=low"}), number("b")], {"a": 4}),
        ([number("a", validate={"max": "=0.1 + 0.2"})], {"a": 0.3}),
        ([text("a", validate={"minLength": "=n", "maxLength": "=n + 1"})], {"a": "abcd", "n": 2}),
        ([number("a", decimalDigits=2), number("b", increment=0.1)], {"a": 1.234, "b": 0.3}),
        ([number("a", serializeToString=True)], {"a": "12345678901234567890.12"}),
        ([number("a", serializeToString=True)], {"a": 7}),
        ([number("a", serializeToString=True, validate={"max": 5})], {"a": "5.01"}),
        ([number("a", serializeToString=True, decimalDigits=1)], {"a": "5.01"}),
        ([number("a", serializeToString=True)], {}),
        ([number("a"), number("b")], {"a": "", "b": "none"}),
        # Texts.
        ([text("a", validate={"validationType": "email"})], {"a": "name@example.com"}),
        ([text("a", validate={"validationType": "email"})], {"a": "name"}),
        ([text("a", validate={"validationType": "phone"})], {"a": "+4930664040900"}),
        ([text("a", validate={"validationType": "phone"})], {"a": "0306640"}),
        ([text("a", validate={"pattern": "^[A-Z]{2}\\d+$"})], {"a": "DE12"}),
        ([text("a", validate={"pattern": "^[A-Z]{2}\\d+$"})], {"a": "de12"}),
        ([text("a", validate={"pattern": "^x$", **REQUIRED})], {}),
        ([text("a"), field("textarea", "b")], {"a": "one\ntwo\tthree", "b": "one\n two "}),
        ([field("textarea", "a", validate={"minLength": 3})], {"a": "  a  "}),
        ([text("a"), field("textarea", "b")], {"a": True, "b": {"x": 1}}),
        # Choices from everywhere.
        ([choice("a", kind="radio", valuesExpression="=[1, 2]")], {"a": 2}),
        ([choice("a", kind="radio", valuesExpression="=[1, 2]")], {"a": 3}),
        ([choice("a", kind="taglist", valuesKey="o")], {"o": ["x", "y"], "a": ["y", "z"]}),
        ([choice("a", kind="taglist", valuesKey="o", validate=REQUIRED)], {"o": ["x"], "a": ["z"]}),
        ([choice("a", valuesKey="o")], {"o": [{"label": "X", "value": 1}], "a": 1}),
        ([choice("a", valuesKey="o.p")], {"o": {"p": ["x"]}, "a": "x"}),
        (
            [choice("a", valuesExpression="=for n in o return {label: n.k, value: n.v}")],
            {"o": [{"k": "one", "v": 1}, {"k": "two", "v": 2}], "a": 2},
        ),
        ([choice("a", "x", "y", kind="radio", validate=REQUIRED)], {}),
        ([choice("a", "x", "y", kind="checklist", validate=REQUIRED)], {}),
        ([choice("a", "x", "y", kind="checklist", defaultValue=["y"])], {}),
        (
            [
                choice("a", "x", "y"),
                choice("b", valuesExpression='=if a = "x" then ["1"] else ["2"]'),
            ],
            {"a": "x", "b": "2"},
        ),
        # Days and times.
        ([moment("a", "date"), moment("b", "time"), moment("c", "datetime")], {}),
        ([moment("a", "date", validate=REQUIRED)], {}),
        ([moment("a", "date")], {"a": "2026-03-31"}),
        ([moment("a", "date")], {"a": "31.3.2026"}),
        ([moment("a", "time", timeSerializingFormat="no_timezone")], {"a": "14:30"}),
        ([moment("a", "time", timeSerializingFormat="utc_offset")], {"a": "14:30+01:00"}),
        ([moment("a", "time", timeSerializingFormat="utc_normalized")], {"a": "14:30Z"}),
        ([moment("a", "time")], {"a": "25:00"}),
        ([moment("a", "datetime", timeSerializingFormat="no_timezone")], {"a": "2026-03-31T14:30"}),
        ([moment("a", "datetime")], {"a": "2026-03-31T14:30Z"}),
        ([moment("a", "datetime")], {"a": "2026-03-31"}),
        ([moment("a", "datetime")], {"a": "soon"}),
        # Values that are computed.
        (
            [number("a"), field("expression", "b", expression="=a + 1", computeOn="presubmit")],
            {"a": 1},
        ),
        ([field("expression", "b", expression="=nothing", computeOn="change")], {}),
        (
            [
                field("expression", "b", expression="=a * 2", computeOn="change"),
                field("expression", "c", expression="=b + 1", computeOn="change"),
                text("d", conditional={"hide": "=c < 10"}, validate=REQUIRED),
            ],
            {"a": 3},
        ),
        (
            [
                rows(
                    "r",
                    number("a"),
                    field("expression", "b", expression="=this.a * 2", computeOn="change"),
                )
            ],
            {"r": [{"a": 1}, {"a": 2}]},
        ),
        ([field("expression", "b", expression='="x" + a', computeOn="change")], {"a": "y"}),
        # Groups and lists within each other.
        ([group(group(text("a", validate=REQUIRED), path="i"), path="o")], {"o": {"i": {}}}),
        ([group(rows("r", text("a")), path="g")], {"g": {"r": [{"a": "x"}, {"a": "y"}]}}),
        ([rows("r", rows("s", text("a")), text("b"))], {"r": [{"s": [{"a": "x"}], "b": "y"}]}),
        (
            [rows("r", group(text("a", validate=REQUIRED), path="g"))],
            {"r": [{"g": {"a": "x"}}, {}]},
        ),
        ([rows("r", text("a"), conditional={"hide": "=n = 0"}), number("n")], {"n": 0}),
        ([rows("r", text("a"), defaultRepetitions=0)], {}),
        ([rows("r", text("a"))], {"r": []}),
        ([rows("r", text("a", conditional={"hide": "=parent.n = 1"}), number("b"))], {"n": 1}),
        ([group(text("a"), conditional={"hide": '=b = "no"'}), text("b")], {"a": "x", "b": "no"}),
        (
            [
                group(group(text("a", validate=REQUIRED)), conditional={"hide": "=n > 1"}),
                number("n"),
            ],
            {"n": 2},
        ),
        # What only shows something sends nothing.
        (
            [
                {"type": "text", "id": "t", "text": "# {{a}}"},
                {"type": "html", "id": "h", "content": "<b>{{a}}</b>"},
                {"type": "image", "id": "i", "source": "/static/none.png", "alt": "none"},
                {"type": "table", "id": "tb", "dataSource": "=rows", "columns": [{"key": "a"}]},
                {"type": "spacer", "id": "sp", "height": 10},
                {"type": "separator", "id": "se"},
                {"type": "button", "id": "bu", "action": "reset", "label": "Reset"},
                {"type": "documentPreview", "id": "dp", "dataSource": "=files"},
                text("a"),
            ],
            {"a": "x", "rows": [{"a": 1}], "files": []},
        ),
        ([field("filepicker", "a"), field("filepicker", "b", multiple=True)], {}),
        ([field("filepicker", "a", validate=REQUIRED)], {}),
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
