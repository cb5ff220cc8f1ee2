"""A heat map as the page shows it: one measure at a time, in bands, with its numbers in words."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal, Self

from babel.dates import format_timedelta
from flask import url_for
from flask_babel import LazyString, format_decimal, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.errors import Invalid
from engine.bpmn.model import Element, ProcessModel
from engine.models import Definition
from insights.heat import Figures, HeatMap

MEASURES: dict[str, LazyString] = {
    "visits": _l("Visits"),
    "median": _l("Median wait"),
    "p90": _l("Longest waits (9 of 10 are shorter)"),
    "rework": _l("Rework"),
    "cost": _l("Cost"),
    "late": _l("Late"),
}
PERIODS: dict[int, LazyString] = {
    7: _l("Last 7 days"),
    30: _l("Last 30 days"),
    90: _l("Last 90 days"),
    365: _l("Last 365 days"),
}
BANDS = 5
#: Measures whose bands are of equal width; those of the others widen, as their values do.
SHARES = ("rework", "late")
_COST = re.compile(r"(\d+(?:[.,]\d+)?)\s*([A-Z]{3})?")


class HeatNotOffered(Invalid):
    """There is no heat map with {name} = {value}."""


@dataclass(frozen=True)
class Asked:
    """Which map is wanted."""

    measure: str = "visits"
    days: int = 30
    version: int | None = None

    @classmethod
    def from_address(cls, args: Mapping[str, str]) -> Self:
        """Read the parameters. Raises HeatNotOffered for one that nobody offered."""
        measure, days = args.get("measure", "visits"), args.get("days", "30")
        version = args.get("version", "")
        if measure not in MEASURES:
            raise HeatNotOffered(name="measure", value=measure)
        if days not in map(str, PERIODS):
            raise HeatNotOffered(name="days", value=days)
        if version and not (version.isascii() and version.isdigit() and len(version) < 10):
            raise HeatNotOffered(name="version", value=version)
        return cls(measure, int(days), int(version) if version else None)


@dataclass(frozen=True)
class Row:
    """One element: its band for the measure (0: none), and all that is known about it."""

    element_id: str
    name: str
    band: int
    #: The measure, short, and as a sentence.
    short: str
    words: str
    visits: str
    median: str
    p90: str
    rework: str
    cost: str
    late: str
    cases_url: str


@dataclass(frozen=True)
class Band:
    """A step of the legend."""

    number: int
    words: str
    elements: str


@dataclass(frozen=True)
class HeatView:
    """The whole page below its controls."""

    title: str
    xml_url: str
    overlays: Mapping[str, Any]
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]
    cases: int
    is_cut: bool
    since: Any
    until: Any


@dataclass(frozen=True)
class _Value:
    """One element's value of the measure, short and as a sentence."""

    number: float
    short: str
    words: str


def view(heat: HeatMap, definition: Definition, model: ProcessModel, asked: Asked) -> HeatView:
    """The map of a measure on the diagram of a version."""
    values = {
        element_id: value
        for element_id, figures in heat.elements.items()
        if element_id in model.elements
        and (value := _value(asked.measure, figures, model.elements[element_id])) is not None
    }
    bands = _bands({key: each.number for key, each in values.items()}, asked.measure)
    rows = [
        _row(model.elements[key], figures, values.get(key), bands.get(key, 0), heat, asked)
        for key, figures in heat.elements.items()
        if key in model.elements
    ]
    numbers = {key: value.number for key, value in values.items()}
    rows.sort(key=lambda row: (-numbers.get(row.element_id, -1.0), row.name.lower()))
    title = _("%(measure)s in %(process)s", measure=MEASURES[asked.measure], process=model.name)
    return HeatView(
        title=title,
        xml_url=url_for("processes.xml", definition_id=definition.id),
        overlays={
            "heat": [
                {"elementId": key, "band": bands[key], "text": each.short, "words": each.words}
                for key, each in values.items()
            ],
            "flows": _flows(heat, model) if asked.measure == "visits" else [],
            "links": {row.element_id: row.cases_url for row in rows},
        },
        rows=tuple(rows),
        bands=_legend(values, bands),
        cases=heat.cases,
        is_cut=heat.is_cut,
        since=heat.since,
        until=heat.until,
    )


def _value(measure: str, figures: Figures, element: Element) -> _Value | None:
    """None where the measure says nothing about the element."""
    return _VALUES[measure](figures, element)


def _visits(figures: Figures, _element: Element) -> _Value | None:
    if not figures.visits:
        return None
    visits = ngettext("%(num)d visit", "%(num)d visits", figures.visits)
    cases = ngettext("in %(num)d case", "in %(num)d cases", figures.cases)
    return _Value(figures.visits, _number(figures.visits), f"{visits} {cases}")


def _median(figures: Figures, _element: Element) -> _Value | None:
    if figures.wait_seconds_p50 is None:
        return None
    length = _length(figures.wait_seconds_p50)
    words = _(
        "half of %(n)s waits took %(length)s or less", n=_number(figures.finished), length=length
    )
    return _Value(figures.wait_seconds_p50, _brief(figures.wait_seconds_p50), words)


def _p90(figures: Figures, _element: Element) -> _Value | None:
    if figures.wait_seconds_p90 is None:
        return None
    length = _length(figures.wait_seconds_p90)
    words = _(
        "9 of 10 of %(n)s waits took %(length)s or less",
        n=_number(figures.finished),
        length=length,
    )
    return _Value(figures.wait_seconds_p90, _brief(figures.wait_seconds_p90), words)


def _rework(figures: Figures, _element: Element) -> _Value | None:
    share = figures.rework_share
    if not share:
        return None
    words = _(
        "%(again)s of %(cases)s cases came back here",
        again=_number(figures.repeated),
        cases=_number(figures.cases),
    )
    return _Value(share, _share(share), words)


def _cost(figures: Figures, element: Element) -> _Value | None:
    price = cost_of(element)
    if price is None or not figures.visits:
        return None
    amount, currency = price
    total = f"{format_decimal(amount * figures.visits, '#,##0.00')} {currency}".strip()
    words = _(
        "%(visits)s visits at %(price)s: %(total)s",
        visits=_number(figures.visits),
        price=f"{format_decimal(amount, '#,##0.00')} {currency}".strip(),
        total=total,
    )
    return _Value(float(amount * figures.visits), total, words)


def _late(figures: Figures, _element: Element) -> _Value | None:
    share = figures.late_share
    if share is None:
        return None
    words = _(
        "%(late)s of %(due)s tasks were late", late=_number(figures.late), due=_number(figures.due)
    )
    return _Value(share, _share(share), words)


_VALUES: Mapping[str, Callable[[Figures, Element], _Value | None]] = {
    "visits": _visits,
    "median": _median,
    "p90": _p90,
    "rework": _rework,
    "cost": _cost,
    "late": _late,
}


def cost_of(element: Element) -> tuple[Decimal, str] | None:
    """What a visit is expected to cost, and in which currency; None for none or an expression."""
    expect = element.settings.expect
    match = _COST.fullmatch(expect.cost.strip()) if expect and expect.cost else None
    return (Decimal(match[1].replace(",", ".")), match[2] or "") if match else None


def _bands(values: Mapping[str, float], measure: str) -> dict[str, int]:
    """Bands from 1 to BANDS, by the part of the highest value; nothing at all is band 0."""
    most = max(values.values(), default=0.0)
    if most <= 0:
        return dict.fromkeys(values, 0)
    bend = 1.0 if measure in SHARES else 0.5
    return {
        key: min(BANDS, math.ceil(BANDS * (value / most) ** bend)) for key, value in values.items()
    }


def _legend(values: Mapping[str, _Value], bands: Mapping[str, int]) -> tuple[Band, ...]:
    """The bands that hold something, each with its lowest and highest value."""
    found = []
    for number in range(1, BANDS + 1):
        inside = [value for key, value in values.items() if bands[key] == number]
        if not inside:
            continue
        low = min(inside, key=lambda value: value.number).short
        high = max(inside, key=lambda value: value.number).short
        words = low if low == high else _("%(low)s to %(high)s", low=low, high=high)
        elements = ngettext("%(num)d element", "%(num)d elements", len(inside))
        found.append(Band(number, words, elements))
    return tuple(found)


def _row(
    element: Element, figures: Figures, value: _Value | None, band: int, heat: HeatMap, asked: Asked
) -> Row:
    def short(measure: str) -> str:
        found = _value(measure, figures, element)
        return found.short if found else "–"

    return Row(
        element_id=element.id,
        name=element.name or element.id,
        band=band,
        short=value.short if value else "–",
        words=value.words if value else "",
        visits=short("visits"),
        median=short("median"),
        p90=short("p90"),
        rework=short("rework"),
        cost=short("cost"),
        late=short("late"),
        cases_url=url_for(
            "cases.index",
            process=heat.key,
            element=element.id,
            days=asked.days,
            version=asked.version,
        ),
    )


def _flows(heat: HeatMap, model: ProcessModel) -> list[dict[str, Any]]:
    """How often each flow was taken; those that lead out of gateways say it beside the line."""
    bands = _bands({key: float(count) for key, count in heat.flows.items()}, "visits")
    return [
        {
            "elementId": key,
            "band": bands[key],
            "text": _number(count) if _is_branch(model, key) else "",
            "words": ngettext("taken %(num)d time", "taken %(num)d times", count),
        }
        for key, count in heat.flows.items()
        if key in model.elements
    ]


def _is_branch(model: ProcessModel, flow: str) -> bool:
    sources = (model.elements.get(each) for each in model.elements[flow].incoming)
    return any(source is not None and len(source.outgoing) > 1 for source in sources)


def _number(value: float) -> str:
    return str(format_decimal(value))


def _share(share: float) -> str:
    return str(_("%(share)s %%", share=format_decimal(round(share * 100, 1 if share < 0.1 else 0))))


def _length(seconds: float) -> str:
    return _in_words(seconds, "long")


def _brief(seconds: float) -> str:
    return _in_words(seconds, "narrow")


def _in_words(seconds: float, form: Literal["long", "narrow"]) -> str:
    length, language = timedelta(seconds=seconds), get_locale() or "en"
    return format_timedelta(length, threshold=1.5, format=form, locale=language)
