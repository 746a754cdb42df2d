"""The one door to the terminal: all that a command prints passes through here.

Every text is shown by runtime/foreign_text.py, whether it is ours or foreign, and never read as
the markup of rich. So a view cannot forget it; tests/architecture/test_output.py finds what prints
by another way.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from textwrap import indent
from typing import Any

import typer
from rich import table as rich_table
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import Progress
from rich.text import Text
from typing_extensions import override

from runtime import foreign_text

Part = str | tuple[str, str]
"""A text, or a text with its style."""

_WIDE = 200
_INDENT = 2


class Table(rich_table.Table):
    """A table whose cells are texts of one line, and never markup."""

    def __init__(self, *columns: str, **options: Any) -> None:
        given = {"box": None, "pad_edge": False, "header_style": "bold", **options}
        super().__init__(*columns, **given)

    @override
    def add_row(self, *cells: Any, **options: Any) -> None:
        super().add_row(*(_text(each) for each in cells), **options)


class Output:
    """Prints lines and tables on standard output."""

    def __init__(self, wide: int = _WIDE) -> None:
        # As wide as the terminal, or wide enough not to cut lines in a pipe.
        width = None if sys.stdout.isatty() else wide
        self._console = Console(width=width, highlight=False, markup=False, emoji=False)

    @property
    def width(self) -> int:
        return self._console.width

    def print(self, *parts: Part, style: str | None = None) -> None:
        """Print one line of these parts, as long as it is: the terminal breaks it."""
        line = Text().join(_text(each) for each in parts)
        self._console.print(line, style=style, soft_wrap=True)

    def table(self, table: Table) -> None:
        self._console.print(table)

    def lines(self, text: str, *, wrap: bool = True) -> None:
        """Print a text that may have several lines; indented, so that none looks like ours."""
        shown = foreign_text.lines(text)
        if "\n" not in shown:
            self._console.print(Text(shown), soft_wrap=not wrap)
        elif wrap:
            self._console.print(Padding(Text(shown), (0, 0, 0, _INDENT), expand=False))
        else:
            self._console.print(Text(indent(shown, " " * _INDENT)), soft_wrap=True)

    def rule(self, title: str) -> None:
        self._console.rule(_text(title))


def columns_of(text: str) -> int:
    """Return the width of a text on a terminal, where a Chinese character has two columns."""
    return cell_len(foreign_text.one_line(text))


def counted(number: int, noun: str) -> str:
    """Return `1 event`, `2 events`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def say(*lines: str, err: bool = False) -> None:
    """Print each text as one line, as long as it is."""
    for line in lines:
        typer.echo(foreign_text.one_line(line), err=err)


def say_lines(text: str, *, err: bool = False) -> None:
    """Print a document of lines; its last line ends as it ends."""
    typer.echo(foreign_text.lines(text), nl=False, err=err)


def say_json(document: object) -> None:
    """Print one JSON document, for programs."""
    typer.echo(foreign_text.json_text(document))


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function that takes the amount done; shows a bar if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(foreign_text.one_line(what)), total=total or None)
        yield lambda done: bar.update(task, completed=done)


def _text(part: Part) -> Text:
    text, style = (part, "") if isinstance(part, str) else part
    return Text(foreign_text.one_line(text), style)
