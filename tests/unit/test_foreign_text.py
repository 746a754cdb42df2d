"""Foreign text: shown as it is where it is harmless, and escaped where it would act."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from runtime import logs
from runtime.cli.main import app_of
from runtime.foreign_text import json_text, lines, one_line
from runtime.problems import Problem
from tests.hostile import ACTS, acting, harmless

ANY_TEXT = st.text(st.characters() | st.sampled_from(sorted(set(ACTS))))


@given(ANY_TEXT)
def test_no_text_acts(text: str) -> None:
    assert acting(one_line(text)) == []
    assert "\n" not in one_line(text)
    assert acting(lines(text)) == []
    assert acting(json_text({text: text})) == []


@given(ANY_TEXT)
def test_shown_twice_is_shown_once(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert lines(lines(text)) == lines(text)


@given(ANY_TEXT)
def test_json_means_the_same(text: str) -> None:
    assert json.loads(json_text([text])) == [text]


@pytest.mark.parametrize(
    "text",
    ["路灯不亮", "　　尊敬的市长", "a\xa0b", "❤\ufe0f", "葛\U000e0100城", "[red]:smile:"],
)
def test_what_people_write_stays(text: str) -> None:
    assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u202etxt", "\\u202etxt"),
        ("\x9b\x7f\x85", "\\x9b\\x7f\\x85"),
        ("\u200b\ufeff\u3164\U000e0041", "\\u200b\\ufeff\\u3164\\U000e0041"),
        ("a\ufe0f\ufe0f", "a\ufe0f\\ufe0f"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_acts_is_escaped(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_a_problem_is_one_line_and_the_lines_it_gives() -> None:
    problem = Problem(ACTS, do=ACTS, lines=[ACTS, "last"])

    assert harmless(str(problem))
    assert str(problem).count("\n") == 2
    assert str(problem).endswith("\nlast")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Put the logs back as they were."""
    handlers, level, known = [*logging.root.handlers], logging.root.level, structlog.get_config()
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.configure(**known)


@pytest.mark.parametrize("fmt", ["console", "json"])
def test_a_log_line_is_one_line(capsys: pytest.CaptureFixture[str], fmt: str) -> None:
    logs.configure("test", fmt=fmt, level="info")

    structlog.get_logger("a").info(ACTS, detail=ACTS, **{ACTS: [ACTS]})
    logging.getLogger("b").warning("%s", ACTS)

    told = capsys.readouterr().err
    assert harmless(told)
    assert told.count("\n") == 2
    if fmt == "json":
        first, second = told.splitlines()
        assert json.loads(first)["detail"] == ACTS
        assert json.loads(second)["event"] == ACTS


@pytest.mark.parametrize("fmt", ["console", "json"])
def test_a_traceback_in_a_log_acts_on_nothing(capsys: pytest.CaptureFixture[str], fmt: str) -> None:
    logs.configure("test", fmt=fmt, level="info")

    structlog.get_logger("a").error("failed", exc_info=ValueError(ACTS))

    told = capsys.readouterr().err
    assert "Traceback" in told or "ValueError" in told
    assert acting(told) == []


@pytest.mark.parametrize(
    "words", [[ACTS], ["cases", ACTS], ["cases", "list", "--stage", ACTS], ["publish", "--" + ACTS]]
)
def test_a_wrong_command_line_is_quoted_and_does_not_act(words: list[str]) -> None:
    told = CliRunner().invoke(app_of(words), [word.replace("\x00", "") for word in words])

    assert told.exit_code == 2
    assert acting(told.output) == []
