"""Spans of what our parts do, sent to an OTLP receiver where the settings name one.

    with tracing.span("settle", instance_id=…):            a part of what is being done
    with tracing.span("call", parent=task.traceparent):    goes on with a trace begun elsewhere

A trace crosses processes as text, the `traceparent` of W3C's Trace Context. Without a receiver all
this costs a comparison.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from core.config import Config, SettingInvalid

HEADER = "traceparent"
SERVICE = "back-office"

_provider: Any = None


def set_up(config: Config, process: str) -> None:
    """Send spans of this process ("web", "worker" …) from now on, if the settings say where.

    Raises SettingInvalid when the packages for it are not installed.
    """
    global _provider
    if not config.otlp_url or _provider is not None:
        return
    if find_spec("opentelemetry") is None:
        raise SettingInvalid(name="BACKOFFICE_OTLP_URL", reason="traces need `make operations`")
    # Loaded only where they are used: they take longer than all the rest.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(
        resource=Resource.create({"service.name": SERVICE, "service.component": process})
    )
    exporter = OTLPSpanExporter(endpoint=f"{config.otlp_url}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _provider = provider


def end() -> None:
    """Send what is left, and no more from now on."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
        _provider = None


@contextmanager
def span(
    name: str, *, parent: str | None = None, kind: str = "internal", **attributes: Any
) -> Iterator[None]:
    """Tell that something takes this long; `parent` is a `traceparent`, else the span around it.

    An exception is noted and goes on. `kind` is "internal", "server", "client" or "consumer".
    """
    if _provider is None:
        yield
        return
    from opentelemetry import propagate
    from opentelemetry.trace import SpanKind

    context = propagate.extract({HEADER: parent}) if parent else None
    given = {key: value for key, value in attributes.items() if value is not None}
    tracer = _provider.get_tracer(SERVICE)
    with tracer.start_as_current_span(
        name, context=context, kind=SpanKind[kind.upper()], attributes=given
    ):
        yield


def note(**attributes: Any) -> None:
    """Add what became known meanwhile to the span at hand."""
    if _provider is not None:
        from opentelemetry import trace

        trace.get_current_span().set_attributes(attributes)


def traceparent() -> str | None:
    """The trace at hand as text, for a row or a header; None without one."""
    if _provider is None:
        return None
    from opentelemetry import propagate

    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get(HEADER)
