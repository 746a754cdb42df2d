"""Every line of a process has one form, and what says the same again is counted."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import ClassVar

import pytest
import structlog

from runtime import log_repeats, logs
from runtime.canary.service import OWN as CANARY
from runtime.embedded.ports import LOOPBACK
from runtime.log_repeats import RepeatFilter
from runtime.services.base import Service
from runtime.services.registry import SERVICES
from runtime.services.serving import metrics_of
from runtime.wiring.http_server import metrics
from runtime.wiring.temporal import CORE_LOG
from tools.pages.metrics import metrics as documented

ALWAYS = {"app", "process", "event", "level", "timestamp"}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Put the logs and Python's hooks back as they were."""
    handlers, level, known = [*logging.root.handlers], logging.root.level, structlog.get_config()
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.configure(**known)
    logging.captureWarnings(capture=False)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


class CoreLine:
    """As temporalio.bridge gives it."""

    fields: ClassVar = {"attempt": 3, "url": f"http://{LOOPBACK}:1"}
    target = "temporalio_client::retry"


def test_lines_of_libraries_and_of_python_have_the_form_of_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # pytest puts back what shows warnings after each test, which logging does not notice: where
    # another test has configured before, it would not take them again.
    logging.captureWarnings(capture=False)
    logs.configure("test", fmt="json")
    structlog.get_logger("ours").info("case.journaled", case_id="a")
    logging.getLogger("kafka.conn").error("connect to %s failed", "node 1")
    logging.getLogger("uvicorn.error").warning("slow\nclient")
    logging.getLogger(CORE_LOG).warning("gRPC call retried", extra={"temporal_log": CoreLine()})
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("an old way", DeprecationWarning, stacklevel=1)
    error = ValueError("x")
    sys.excepthook(ValueError, error, error.__traceback__)
    thread = threading.Thread(target=lambda: 1 / 0, name="worker-7")
    thread.start()
    thread.join()

    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"].split("\n")[0][:40] for line in found] == [
        "case.journaled",
        "connect to node 1 failed",
        "slow",
        "gRPC call retried",
        found[4]["event"][:40],
        "nothing caught this",
        "a thread ended: worker-7",
    ]
    assert [ALWAYS - line.keys() for line in found] == [set()] * 7
    assert found[3]["attempt"] == "3"
    assert found[3]["target"] == CoreLine.target
    assert found[4]["logger"] == "py.warnings"
    assert "ValueError: x" in found[5]["exception"]
    assert "ZeroDivisionError" in found[6]["exception"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(logs, "RepeatFilter", lambda: RepeatFilter(clock))
    return clock


def test_what_is_missing_is_said_once_and_then_every_minute_with_a_count(
    capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    logs.configure("test", fmt="json")
    ours, theirs = structlog.get_logger("ours"), logging.getLogger("kafka.conn")
    for second in range(125):
        clock.now = float(second)
        ours.warning("relay.waiting", detail="no broker answers", seconds=second % 10)
        theirs.error("attempt %d to connect to <node 0x%x> failed", second, 4096 + second)
        ours.info("case.journaled", case_id="a")

    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    repeated = [line.get("repeated") for line in found if line["event"] == "relay.waiting"]
    assert repeated == [None, 59, 59]
    assert [line.get("repeated") for line in found if "attempt" in line["event"]] == [None, 59, 59]
    assert sum(line["event"] == "case.journaled" for line in found) == 125


AWAY = (
    ("kafka.net.transport", "<KafkaTCPTransport [127.0.0.1:25664<-56856]>: socket disconnected"),
    ("kafka.net.connection", "<KafkaConnection node_id=1>: Connection lost: ECONNREFUSED"),
    ("kafka.net.manager", "Connection failed: KafkaConnectionError: 111 ECONNREFUSED"),
    ("kafka.cluster", "Metadata refresh: failed KafkaConnectionError: 111 ECONNREFUSED"),
    ("kafka.coordinator", "Error sending HeartbeatRequest to node 1 [KafkaConnectionError: 111]"),
    ("kafka.net.connection", "<KafkaConnection node_id=1>: Request timed out after 3000 ms."),
    ("kafka.net.connection", "<KafkaConnection node_id=1>: Connection lost: RequestTimedOutError"),
    ("kafka.net.transport", "<KafkaTCPTransport [127.0.0.1:25664]>: Abort (None)"),
    ("kafka.net.manager", "Bootstrap connection to bootstrap-0 failed: timeout (backoff 0.1 secs)"),
    ("kafka.cluster", "Metadata refresh: failed RequestTimedOutError"),
    ("kafka.consumer.fetcher", "Fetch to node 111 failed: KafkaConnectionError: 111 ECONNREFUSED"),
)
REFUSED = "Connection failed: KafkaConnectionError: [SSL: CERTIFICATE_VERIFY_FAILED]"


def test_a_broker_that_is_away_is_one_warning_a_minute_whatever_the_client_says_of_it(
    capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    logs.configure("test", fmt="json")
    for _ in range(3):
        for name, text in AWAY:
            logging.getLogger(name).error(text)
    logging.getLogger("kafka.net.manager").error(REFUSED)
    clock.now += 61
    logging.getLogger(AWAY[1][0]).error(AWAY[1][1])
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert [(line["level"], line["event"], line.get("repeated")) for line in lines] == [
        ("warning", AWAY[0][1], None),
        ("error", REFUSED, None),
        ("warning", AWAY[1][1], 3 * len(AWAY) - 1),
    ]


def test_a_slow_task_of_the_client_is_one_line_a_minute(
    capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    logs.configure("test", fmt="json")
    for task in ("<Task _read() at 0x7f>", "<Task _write(127.0.0.1) at 0x6e>"):
        text = f"Task {task} ran for 0.114s (>0.1s threshold). It is blocking the event loop"
        logging.getLogger("kafka.net.selector").warning(text)

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_where_only_errors_are_shown_a_broker_that_is_away_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As in `sanban demo`, whose broker closes idle connections."""
    logs.configure("demo", fmt="console", level="error")
    for name, text in AWAY:
        logging.getLogger(name).error(text)

    assert capsys.readouterr().err == ""


def test_lines_about_different_things_are_not_the_same(
    capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    logs.configure("test", fmt="json")
    log = structlog.get_logger("ours")
    for person in ("li", "wang"):
        log.warning("notify.failed", person=person)
    log.error("notify.failed", person="li")
    for number in range(log_repeats.KEPT + 1):
        log.warning("intake.offsets_skipped", start=number)
    log.warning("notify.failed", person="li")

    assert len(capsys.readouterr().err.splitlines()) == 2 + 1 + log_repeats.KEPT + 1 + 1


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_a_process_shows_no_metric_of_another_service(service: type[Service]) -> None:
    own = metrics_of([service])
    shown = names((await metrics(own, None)).decode())

    assert {name for name in shown if not name.startswith(own)} == set()
    assert shown != set()


def names(text: str) -> set[str]:
    words = (line.split()[2] for line in text.splitlines() if line.startswith("# TYPE sanban_"))
    return set(words)


def test_every_metric_is_shown_by_a_service() -> None:
    own = (*metrics_of(SERVICES), *CANARY)

    assert [each.name for each in documented() if not each.name.startswith(own)] == []
