"""An argument that is not UTF-8 is refused before any command sees it, and is named."""

import pytest
from typer.testing import CliRunner

from runtime.cli.main import app_of
from runtime.problems import Problem
from tools.pages.commands import commands

NOT_UTF8 = b"ab\xff\xfe".decode(errors="surrogateescape")
EVERY = sorted(name for name, _ in commands())


def told(*words: str) -> str:
    done = CliRunner().invoke(app_of(words), words)
    assert isinstance(done.exception, Problem), done.output
    return str(done.exception)


@pytest.mark.parametrize("name", EVERY)
def test_no_command_takes_an_argument_that_is_not_utf_8(name: str) -> None:
    words = name.split()[1:] if name.startswith("sanban") else name.split()

    assert told(*words, NOT_UTF8) == (
        f"argument {len(words) + 1} is not UTF-8: ab\\xff\\xfe -- type it in a terminal whose "
        "character set is UTF-8, or convert it with iconv"
    )


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (
            ("cases", "act", "7k", "comment", f"text={NOT_UTF8}"),
            r"argument 5 is not UTF-8: text=ab\xff",
        ),
        (("cases", "act", "7k", "comment", "--id", NOT_UTF8), r"argument 6 is not UTF-8: ab\xff"),
        (("cases", "list", f"--unit={NOT_UTF8}"), r"argument 3 is not UTF-8: --unit=ab\xff"),
        (("lint", "好.json", NOT_UTF8), "argument 3 is not UTF-8: "),
        ((NOT_UTF8,), "argument 1 is not UTF-8: "),
        (("lint", "\ud800"), r"argument 2 is not UTF-8: \ud800"),
        (("lint", "x" * 5000 + NOT_UTF8), f"argument 2 is not UTF-8: {'x' * 38}ab\\xff"),
    ],
)
def test_the_argument_is_named_in_one_line(words: tuple[str, ...], named: str) -> None:
    said = told(*words)

    assert said.startswith(named)
    assert "\n" not in said
