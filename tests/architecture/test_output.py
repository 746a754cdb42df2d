"""Everything that a command prints goes through one door, which shows foreign text safely."""

import ast
from collections.abc import Iterator

import pytest

from tests.__main__ import ROOT

DOOR = "runtime/cli/output.py"
PROGRAMS = ("runtime", "console", "consumers", "gateways", "store", "activities", "workflows")
SHOWING = frozenset({"one_line", "lines", "json_text"})
"""The functions of runtime/foreign_text.py: what they return may be printed anywhere."""
PRINTING = frozenset({"print", "echo", "secho", "pprint", "print_exc", "print_exception"})
STREAMS = frozenset({"stdout", "stderr", "__stdout__", "__stderr__"})


def other_ways_out(source: str) -> Iterator[int]:
    """Yield the line of everything that prints by itself, or imports what can."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(name)) if _is_rich(name):
                yield node.lineno
            case ast.Import(names=names) if any(_is_rich(each.name) for each in names):
                yield node.lineno
            case ast.Call(func=ast.Name(id=name)) if name in PRINTING and not _is_shown(node):
                yield node.lineno
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name)) if (
                name in PRINTING and not _is_ours(node) and not _is_shown(node)
            ):
                yield node.lineno
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=stream), attr="write")) if (
                stream in STREAMS and not _is_shown(node)
            ):
                yield node.lineno


def _is_rich(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] == "rich"


def _is_shown(call: ast.Call) -> bool:
    match call.args[:1]:
        case [ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))]:
            return name in SHOWING
    return False


def _is_ours(call: ast.Call) -> bool:
    """Return whether it is `out.print(...)` or `self.out.print(...)`: Output shows all it gets."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="out"), attr="print"):
            return True
    return False


def test_only_one_module_prints() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for folder in PROGRAMS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.relative_to(ROOT).as_posix() != DOOR
        for line in other_ways_out(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from rich.console import Console",
        "import rich",
        "print(text)",
        "print(f'sanban: {problem}', file=sys.stderr)",
        "typer.echo(text)",
        "typer.secho(lines, err=True)",
        "click.echo(text)",
        "sys.stdout.write(text)",
        "traceback.print_exc()",
        "console.print(text)",
    ],
)
def test_another_way_out_is_found(source: str) -> None:
    assert list(other_ways_out(source)) == [1]


@pytest.mark.parametrize(
    "source",
    ["print(lines(text))", "typer.echo(one_line(text), err=True)", "out.print(text)", "say(text)"],
)
def test_what_is_shown_may_be_printed(source: str) -> None:
    assert list(other_ways_out(source)) == []
