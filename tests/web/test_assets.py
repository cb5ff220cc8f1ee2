import gzip
import json
import re
from pathlib import Path

import pytest

from tests.browsing import Browser
from web import assets

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dist(tmp_path, monkeypatch):
    """A build of two files and one icon."""
    (tmp_path / "icons").mkdir()
    (tmp_path / "app-ABCD1234.js").write_text("hello()")
    (tmp_path / "plain.txt").write_text("words")
    (tmp_path / "icons" / "check.svg").write_text(
        '<!-- tags: [ok] -->\n<svg width="24">\n<path d="M5 12l5 5"/>\n</svg>'
    )
    (tmp_path / "manifest.json").write_text(json.dumps({"app.js": "app-ABCD1234.js"}))
    monkeypatch.setattr(assets, "DIST", tmp_path)
    return tmp_path


def test_an_asset_is_asked_for_under_the_name_of_its_last_build(app, dist):
    with app.test_request_context():
        assert assets.asset("app.js") == "/static/app-ABCD1234.js"
        assert assets.asset("unknown.js") == "/static/unknown.js"
        assert assets.has_asset("app.js")
        assert not assets.has_asset("app.css")


def test_a_new_build_is_noticed_without_a_restart(app, dist):
    with app.test_request_context():
        assets.asset("app.js")
        manifest = dist / "manifest.json"
        manifest.write_text(json.dumps({"app.js": "app-NEWNEW12.js"}))
        import os

        os.utime(manifest, ns=(1, 1))

        assert assets.asset("app.js") == "/static/app-NEWNEW12.js"


def test_files_with_a_hash_may_be_kept_for_a_year(app, dist):
    browser = Browser(app)

    with browser.get("/static/app-ABCD1234.js") as hashed:
        assert hashed.headers["Cache-Control"] == "public, max-age=31536000"
        assert "Set-Cookie" not in hashed.headers
    with browser.get("/static/plain.txt") as plain:
        assert plain.headers["Cache-Control"] == "no-cache"


def test_scripts_and_styles_travel_compressed_when_the_browser_can(app, dist):
    browser = Browser(app)

    with browser.get("/static/app-ABCD1234.js", headers={"Accept-Encoding": "gzip"}) as small:
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == b"hello()"
        assert small.headers["Vary"] == "Accept-Encoding"
    with browser.get("/static/app-ABCD1234.js") as plain:
        assert "Content-Encoding" not in plain.headers
        assert plain.data == b"hello()"


@pytest.mark.parametrize("path", ["../manifest.json", "..%2f..%2fwsgi.py", "icons"])
def test_nothing_outside_the_build_is_served(app, dist, path):
    assert Browser(app).get(f"/static/{path}").status_code == 404


def test_an_icon_is_drawn_inline_and_hidden_from_readers(app, dist):
    icon = assets.icon("check")

    assert icon == (
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12l5 5"/></svg>'
    )


def test_an_icon_that_says_something_has_an_escaped_label(app, dist):
    assert 'role="img" aria-label="a &lt;b&gt;"' in assets.icon("check", "a <b>")


def test_a_missing_icon_leaves_its_place_empty(app, dist):
    assert assets.icon("no-such-icon").endswith('viewBox="0 0 24 24"></svg>')


def test_pages_work_before_the_first_build(app, tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "DIST", tmp_path / "missing")

    assert Browser(app).get("/sign-in").status_code == 200


def test_every_icon_in_a_template_is_in_the_build():
    listed = set(json.loads((ROOT / "static/src/icons.json").read_text()))
    folders = [ROOT / "web/templates", *ROOT.glob("screens/*/templates"), ROOT / "designer"]
    templates = [path for folder in folders for path in folder.rglob("*.html")]

    used = {
        name
        for path in templates
        for name in re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", path.read_text())
    }

    assert used
    assert used <= listed
