"""Spans of what happens to cases: linked by the case's number, and without anyone's words."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from runtime import tracing
from runtime.open_telemetry import CASE, Spans, first_span_of
from runtime.problems import Problem
from schemas.intake import Position, Record

CASES = ("7kq2m-9xa4t-bnc2w", "2c3d4-5e6f7-8g9h0")
SENDER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
COLLECTOR = Path(__file__).parents[2] / "deploy/otel/collector.yaml"
ATTRIBUTES = {
    CASE,
    "error.type",
    "messaging.system",
    "messaging.destination.name",
    "messaging.destination.partition.id",
    "messaging.kafka.offset",
}


@pytest.fixture
def kept() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.use(Spans("test", exporter))
    yield exporter
    tracing.end()


def record(value: bytes = b"{}", *headers: tuple[str, bytes]) -> Record:
    return Record(Position("kafka", "sanban.complaints", "", 3, 41), b"key", value, headers)


def ended(kept: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    """Return the spans by name; the last test of a fixture sends what is left."""
    tracing.end()
    return {span.name: span for span in kept.get_finished_spans()}


def cases_of(span: ReadableSpan) -> Sequence[int]:
    return [link.context.trace_id for link in span.links]


@pytest.mark.parametrize(
    "sent",
    [
        record(b"{}", ("traceparent", SENDER.encode())),
        record(b"{}", ("ce_traceparent", SENDER.encode()), ("ce_tracestate", None)),  # type: ignore[arg-type]
        record(f'{{"id": "1", "traceparent": "{SENDER}"}}'.encode()),
    ],
    ids=["header", "binary event", "structured event"],
)
def test_a_record_is_decided_in_the_trace_of_its_publisher(
    kept: InMemorySpanExporter, sent: Record
) -> None:
    with tracing.received(sent):
        tracing.begun(CASES[0])
    spans = ended(kept)
    received, case = spans["sanban.receive"], spans["sanban.case"]

    assert received.parent is not None
    assert f"{received.parent.trace_id:032x}" == SENDER.split("-")[1]
    assert case.context.trace_id == first_span_of(CASES[0]).trace_id
    assert case.context.span_id == first_span_of(CASES[0]).span_id
    assert cases_of(case) == [received.context.trace_id]


@pytest.mark.parametrize("wrong", [b"\xff", b"00-zz", b"", SENDER.encode() * 2])
def test_a_wrong_traceparent_begins_a_trace(kept: InMemorySpanExporter, wrong: bytes) -> None:
    with tracing.received(record(b"{}", ("traceparent", wrong))):
        pass

    assert ended(kept)["sanban.receive"].parent is None


def test_each_step_is_a_trace_of_its_own_with_a_link_to_its_case(
    kept: InMemorySpanExporter,
) -> None:
    for name in ("append", "publish"):
        with tracing.step(name, [CASES[0]]):
            pass
    with tracing.step("notify", [*CASES, CASES[0]]):
        pass
    spans = ended(kept)
    first = [first_span_of(case).trace_id for case in CASES]

    assert cases_of(spans["sanban.append"]) == first[:1]
    assert cases_of(spans["sanban.notify"]) == first
    assert len({span.context.trace_id for span in spans.values()}) == 3


def test_what_goes_out_says_whose_trace_it_is(kept: InMemorySpanExporter) -> None:
    with tracing.step("publish", [CASES[0]]):
        [(name, value)] = tracing.headers()
    span = ended(kept)["sanban.publish"]

    assert name == "traceparent"
    assert value.decode().split("-")[1] == f"{span.context.trace_id:032x}"


def test_of_an_error_a_span_has_the_class_alone(kept: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="王"), tracing.step("act", [CASES[0]]):
        raise ValueError("王女士 13800000000")
    with pytest.raises(KeyError), tracing.received(record("王女士".encode())):
        raise KeyError
    spans = ended(kept).values()
    told = " ".join(f"{dict(span.attributes or {})} {span.status.description}" for span in spans)

    assert "ValueError" in told
    assert "王" not in told
    assert "13800000000" not in told
    assert [event for span in spans for event in span.events] == []


def test_a_span_has_these_attributes_alone_and_the_collector_keeps_them(
    kept: InMemorySpanExporter,
) -> None:
    with tracing.received(record()), tracing.step("act", [CASES[0]]):
        tracing.begun(CASES[0])
    found = {name for span in ended(kept).values() for name in span.attributes or {}}
    allowed = yaml.safe_load(COLLECTOR.read_text())["processors"]["redaction"]["allowed_keys"]

    assert found == ATTRIBUTES - {"error.type"}
    assert {*allowed} == ATTRIBUTES


def test_without_a_collector_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    tracing.begin("test")
    with tracing.step("append", CASES), tracing.received(record()):
        tracing.begun(CASES[0])

    assert tracing.headers() == ()


def test_a_collector_without_the_libraries_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(tracing.ENDPOINTS[0], "http://127.0.0.1:9")
    monkeypatch.setitem(__import__("sys").modules, "runtime.open_telemetry", None)

    with pytest.raises(Problem, match="sanban\\[tracing\\]"):
        tracing.begin("test")
