"""Spans of what happens to cases, where a collector is named; without one, nothing at all.

A case lives for weeks, so it is no trace. Each step of it is a span of its own trace, with a link
to the case's first span, whose id follows from the case's number: no process has to hand it to
another, so histories, journal and contracts know nothing of it. Nothing here runs inside a
workflow.
"""

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from runtime.problems import Problem
from schemas.intake import Record

if TYPE_CHECKING:
    from runtime.open_telemetry import Spans

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
DISABLED = "OTEL_SDK_DISABLED"
_NOTHING = nullcontext()
_spans: "Spans | None" = None


def begin(process: str) -> None:
    """Make spans from now on, if the environment names a collector.

    Raises Problem where the libraries for it are not installed.
    """
    if not any(os.environ.get(name) for name in ENDPOINTS) or _is_disabled():
        return
    try:
        from runtime.open_telemetry import exporting  # noqa: PLC0415 - not in every process
    except ImportError as error:
        raise Problem(
            f"{ENDPOINTS[0]} is set, and {error.name} is not installed",
            do="install sanban[tracing] (requirements/tracing.txt), or unset it",
        ) from error
    use(exporting(process))


def use(spans: "Spans | None") -> None:
    """Make spans of that kind from now on; None: none."""
    global _spans  # noqa: PLW0603 - one a process, as OpenTelemetry's own
    _spans = spans


def end() -> None:
    """Send what is left, within seconds; its caller may wait."""
    spans = _spans
    use(None)
    if spans is not None:
        spans.shut_down()


def received(record: Record) -> AbstractContextManager[object]:
    """Be the span in which a record is decided, as a part of its publisher's trace."""
    return _spans.received(record) if _spans is not None else _NOTHING


def begun(case_id: str) -> None:
    """Make the first span of a case, to which every later one has a link."""
    if _spans is not None:
        _spans.begun(case_id)


def step(name: str, case_ids: Iterable[str]) -> AbstractContextManager[object]:
    """Be the span of a step of these cases."""
    return _spans.step(name, case_ids) if _spans is not None else _NOTHING


def headers() -> tuple[tuple[str, bytes], ...]:
    """Return the headers by which a record's reader goes on with the trace of this moment."""
    return _spans.headers() if _spans is not None else ()


def _is_disabled() -> bool:
    return os.environ.get(DISABLED, "").lower() == "true"
