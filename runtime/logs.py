"""Logs: structlog for our events, the standard library for others'; one line for each event."""

import logging
import sys
from functools import partial

import structlog

from runtime.foreign_text import json_text, lines, one_line

APP = "sanban"


def configure(process: str, *, fmt: str = "json", level: str = "info") -> None:
    """Write logs as JSON for machines, or as text for people (`fmt`); bind app and process once."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
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
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if fmt == "json" else [_shown]),
                renderer,
            ],
        )
    )
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
            *shared[3:],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


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
