"""Logs: structlog for our events, the standard library for others'; one line for each event.

Every line of a process has the same form, also those of Temporal's core, kafka-python,
uvicorn, Python's warnings, an exception that nothing caught. What says the same again is counted
(runtime/log_repeats.py).
"""

import logging
import sys
import threading
from functools import partial
from types import TracebackType

import structlog

from runtime.foreign_text import json_text, lines, one_line
from runtime.log_repeats import BrokerAway, RepeatFilter

APP = "sanban"


def configure(process: str, *, fmt: str = "json", level: str = "info") -> None:
    """Write logs as JSON for machines, or as text for people (`fmt`); bind app and process once."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _of_core,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _always(app=APP, process=process),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(partial(json_text, indent=None))
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if fmt == "json" else [_shown]),
                renderer,
            ],
        )
    )
    handler.addFilter(BrokerAway())
    handler.addFilter(RepeatFilter())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # What they log at INFO our own lines say as well.
    for noisy in ("kafka", "httpx", "asyncio", "psycopg", "uvicorn"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
    # What it warns of, the answer to the sender says; its own words may repeat what was sent.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared[:2],
            *shared[4:],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


_TRACEBACKS = frozenset({"exception", "stack"})


def _shown(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Escape what would act on a terminal. JSON is escaped by its renderer."""
    return {
        one_line(name): lines(str(value)) if name in _TRACEBACKS else _shown_value(value)
        for name, value in event.items()
    }


def _shown_value(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    return one_line(value if isinstance(value, str) else repr(value))


def _always(**fields: str) -> structlog.typing.Processor:
    def add(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        return {**fields, **event}

    return add


def _of_core(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Give a line of Temporal's core its fields; it comes as an object that JSON does not know."""
    line = event.pop("temporal_log", None)
    if line is not None:
        event.update({name: str(value) for name, value in line.fields.items() if name not in event})
        event["target"] = line.target
    return event


_PYTHON = "python"


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(_PYTHON).critical("nothing caught this", exc_info=(kind, error, trace))


def _uncaught_in_thread(said: threading.ExceptHookArgs) -> None:
    error = said.exc_value
    if error is not None:
        name = said.thread.name if said.thread else ""
        found = (said.exc_type, error, said.exc_traceback)
        logging.getLogger(_PYTHON).critical("a thread ended: %s", name, exc_info=found)


def _unraisable(said: "sys.UnraisableHookArgs") -> None:
    error = said.exc_value
    what = said.err_msg or "an exception was ignored in"
    found = (said.exc_type, error, said.exc_traceback) if error is not None else None
    logging.getLogger(_PYTHON).error("%s %r", what, said.object, exc_info=found)
