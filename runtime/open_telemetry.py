"""Spans by OpenTelemetry's SDK (the extra `tracing`); its own variables say where they go.

A span has the number of its case and places of records: no text, no name, and of an error its class
alone, because its words may quote what a person wrote.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from importlib.metadata import version

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace import get_current_span as current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from typing_extensions import override

from schemas.intake import Record

CASE = "sanban.case"
MOST_LINKS = 32
"""Of a message with many notices the first cases have a link."""
_FIELDS = ("traceparent", "tracestate")
# An attribute of a structured event. It only says whose trace this is part of.
_ATTRIBUTE = re.compile(rb'"traceparent"\s*:\s*"([0-9a-f-]{55})"')
_ids: ContextVar[SpanContext | None] = ContextVar("ids", default=None)
_PROPAGATOR = TraceContextTextMapPropagator()


class _Ids(RandomIdGenerator):
    """Random ids, but for the first span of a case."""

    @override
    def generate_trace_id(self) -> int:
        given = _ids.get()
        return given.trace_id if given is not None else super().generate_trace_id()

    @override
    def generate_span_id(self) -> int:
        given = _ids.get()
        return given.span_id if given is not None else super().generate_span_id()


class Spans:
    """Makes the spans of one process and gives them to an exporter."""

    def __init__(self, process: str, exporter: SpanExporter) -> None:
        named = {"service.name": f"sanban-{process}", "service.version": version("sanban")}
        # What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say counts more.
        resource = Resource(named).merge(Resource.create())
        self._provider = TracerProvider(
            id_generator=_Ids(), resource=resource, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("sanban")

    def shut_down(self) -> None:
        self._provider.shutdown()

    @contextmanager
    def received(self, record: Record) -> Iterator[None]:
        at = record.position
        parent = _PROPAGATOR.extract(_carrier(record), Context())
        attributes: dict[str, str | int] = {
            "messaging.system": "kafka",
            "messaging.destination.name": at.topic,
            "messaging.destination.partition.id": str(at.partition),
            "messaging.kafka.offset": at.offset,
        }
        with self._span("sanban.receive", SpanKind.CONSUMER, attributes, context=parent):
            yield

    def begun(self, case_id: str) -> None:
        given = _ids.set(first_span_of(case_id))
        try:
            span = self._tracer.start_span(
                CASE, Context(), attributes={CASE: case_id}, links=_valid(_here())
            )
        finally:
            _ids.reset(given)
        span.end()

    @contextmanager
    def step(self, name: str, case_ids: Iterable[str]) -> Iterator[None]:
        cases = list(dict.fromkeys(case_ids))
        links = [Link(first_span_of(each)) for each in cases[:MOST_LINKS]]
        attributes = {CASE: cases[0]} if len(cases) == 1 else {}
        with self._span(f"sanban.{name}", SpanKind.INTERNAL, attributes, links=links):
            yield

    def headers(self) -> tuple[tuple[str, bytes], ...]:
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return tuple((name, value.encode()) for name, value in carrier.items())

    @contextmanager
    def _span(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        *,
        context: Context | None = None,
        links: Iterable[Link] = (),
    ) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            name,
            context,
            kind,
            attributes,
            [*links],
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise


def exporting(process: str) -> Spans:
    """Return spans that go to the collector which OTEL_EXPORTER_OTLP_ENDPOINT names."""
    return Spans(process, OTLPSpanExporter())


def first_span_of(case_id: str) -> SpanContext:
    """Return the ids of a case's first span. Never change this form: links last for weeks."""
    digest = sha256(f"sanban case {case_id}".encode()).digest()
    trace, span = int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])
    return SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _here() -> SpanContext:
    return current_span().get_span_context()


def _valid(context: SpanContext) -> list[Link]:
    return [Link(context)] if context.is_valid else []


def _carrier(record: Record) -> dict[str, str]:
    """Return what the record says of its publisher's trace, as a header or as an attribute."""
    found: dict[str, str] = {}
    for name, value in record.headers:
        plain = name.removeprefix("ce_")
        if plain in _FIELDS and value is not None:
            found.setdefault(plain, value.decode("ascii", "replace"))
    if "traceparent" not in found and record.value is not None:
        inside = _ATTRIBUTE.search(record.value)
        if inside is not None:
            found["traceparent"] = inside.group(1).decode()
    return found
