import pytest

from web.markdown import MAX_LENGTH, markdown


def test_markdown_becomes_html():
    html = markdown("# Check\n\n- the **meter**\n- [the guide](https://example.org)")

    assert "<h1>Check</h1>" in html
    assert "<strong>meter</strong>" in html
    assert '<a href="https://example.org" rel="noopener noreferrer">' in html


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "![x](https://example.org/pixel.gif)",
        '<a href="#" onclick="alert(1)">x</a>',
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_that_runs_or_loads_survives(evil):
    html = markdown(evil)

    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert 'href="javascript' not in html
    assert not html.startswith("<a")


def test_very_long_text_is_cut():
    assert len(markdown("x" * (MAX_LENGTH + 5_000))) < MAX_LENGTH + 100
