"""Numbers, days and times at the command line have one spelling each, whatever the option."""

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from runtime.cli.local_time import local_time, typed_day, typed_time
from runtime.cli.main import app_of
from runtime.cli.typed_numbers import seconds, whole
from tools.pages.commands import commands

GUESSED = (int, float, datetime, date)
"""Types for which Typer would take whatever pydantic can guess at."""


def guessing(parameter: Any) -> bool:
    wanted = parameter.type_descriptor.annotation
    inner = getattr(wanted, "__args__", (wanted,))
    own = parameter.type_descriptor.parameter_info.parser
    return own is None and any(each in GUESSED for each in inner)


def test_no_option_of_any_command_takes_numbers_or_times_in_other_spellings() -> None:
    every = [(name, each) for name, command in commands() for each in command.params]
    named = {each.name for _, each in every}

    assert {"limit", "since", "until", "due_before", "first", "last", "patience"} <= named
    assert [(name, each.opts) for name, each in every if guessing(each)] == []


@pytest.mark.parametrize(
    "text", ["", "x", " 8", "8 ", "1_0", "1e1", "8.0", "+8", "08", "８", "0x8"]
)
def test_a_number_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match="must be a whole number; write digits alone, such as 8"):
        whole()(text)


def test_a_number_has_its_limits() -> None:
    assert [whole(1, 9)("1"), whole(1, 9)("9"), whole()(40)] == [1, 9, 40]
    with pytest.raises(ValueError, match="must be at least 1"):
        whole(1, 9)("0")
    with pytest.raises(ValueError, match="must be at most 9"):
        whole(1, 9)("10")


@pytest.mark.parametrize("text", ["nan", "inf", "1e3", "1_0", " 5", ".5", "５"])
def test_seconds_have_one_spelling(text: str) -> None:
    assert seconds()("0.25") == 0.25
    with pytest.raises(ValueError, match="decimal number"):
        seconds()(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-29", datetime(2026, 11, 28, 16, 0, tzinfo=UTC)),
        ("2026-11-29 10:00", datetime(2026, 11, 29, 2, 0, tzinfo=UTC)),
        ("2026-11-29T10:00:30", datetime(2026, 11, 29, 2, 0, 30, tzinfo=UTC)),
        ("2026-11-29T10:00:00Z", datetime(2026, 11, 29, 10, 0, tzinfo=UTC)),
        ("2026-11-29T10:00:00+08:00", datetime(2026, 11, 29, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_time_is_local_or_has_an_offset(
    monkeypatch: pytest.MonkeyPatch, text: str, moment: datetime
) -> None:
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        read = local_time("--since", typed_time(text))
    time.tzset()

    assert read == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1795828320",
        "1795828320.5",
        "20261129",
        "2026-11-29T10",
        "2026-11-29T10:00Z",
        "2026-W48-7",
        "2026-13-01",
        "2026-11-29 24:30",
        " 2026-11-29",
        "２０２６-11-29",
        "2026-1-1",
    ],
)
def test_other_times_and_days_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; write 2026-11-29, '2026-11-29 10:00' in "):
        typed_time(text)
    with pytest.raises(ValueError, match=r"write (one such as )?2026-10-01"):
        typed_day(text)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["intake", "ledger", "--since", "1795828320"], "'--since': is no time; write 2026-11-29"),
        (["cases", "list", "--limit", "1_0"], "'--limit': must be a whole number; write digits"),
        (["cases", "list", "--limit", "0"], "'--limit': must be at least 1"),
        (["cases", "list", "--stage", "gone"], "'--stage': 'gone' is not one of 'received', "),
        (["report", "--from", "2026-1-1", "--to", "2026-01-31"], "'--from': must be a date; write"),
        (["deadletters", "show", "1_0"], ": must be a whole number"),
        (["deadletters", "discard", "1", "1_0"], ": must be a whole number"),
    ],
)
def test_a_wrong_value_is_told_by_option_in_our_words(words: list[str], told: str) -> None:
    done = CliRunner().invoke(app_of(words), words, env={"COLUMNS": "300", "TERMINAL_WIDTH": "300"})

    assert done.exit_code == 2
    assert told in " ".join(done.output.replace("│", "").split())
    assert "Input should" not in done.output
