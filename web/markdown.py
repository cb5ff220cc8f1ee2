"""Markdown of analysts and associates as safe HTML: no raw HTML, no scripts, links in new tabs."""

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "a"),
    *("ul", "ol", "li", "h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}
MAX_LENGTH = 50_000

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def markdown(text: str) -> Markup:
    """Safe HTML of Markdown; what is longer than 50,000 characters is cut."""
    html = _parser.render(text[:MAX_LENGTH])
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - cleaned one line above


def init_app(app: Flask) -> None:
    app.jinja_env.filters["markdown"] = markdown
