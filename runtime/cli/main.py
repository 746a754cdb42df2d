"""The command `sanban`: registers the sub-commands and runs one of them."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup
from typing_extensions import override

from runtime import logs
from runtime.cli.commands.audit import verify
from runtime.cli.commands.cases import archive, cases, erase, report
from runtime.cli.commands.events import dead_letters, ledger, lint, publish
from runtime.cli.commands.maintenance import migrate, rebuild, reconcile
from runtime.cli.commands.policy import packs
from runtime.cli.commands.services import demo, gateway_token, serve, up
from runtime.cli.output import say
from runtime.cli.typed_texts import must_be_utf8
from runtime.foreign_text import lines
from runtime.problems import Problem
from runtime.wiring.process import leave
from schemas.mistakes import problem_of
from store.errors import Unstorable


class _Sanban(TyperGroup):
    """The root command; its errors quote what was typed, which a script may have from outside."""

    @override
    def make_context(
        self, info_name: str | None, args: list[str], *rest: Any, **options: Any
    ) -> Any:
        must_be_utf8(args)
        with _shown_errors():
            return super().make_context(info_name, args, *rest, **options)

    @override
    def invoke(self, *args: Any, **options: Any) -> Any:
        with _shown_errors():
            return super().invoke(*args, **options)


@contextmanager
def _shown_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if isinstance(error.__cause__, ValidationError):  # Typer's words are those of pydantic
            error.message = problem_of(error.__cause__.errors()[0])  # type: ignore[attr-defined]
        if isinstance(text := getattr(error, "message", None), str):
            error.message = lines(text)  # type: ignore[attr-defined]
        raise


app = typer.Typer(cls=_Sanban, no_args_is_help=True, pretty_exceptions_enable=False)
app.command()(up.up)
app.command()(demo.demo)
for command in serve.COMMANDS:
    app.command()(command)
app.command()(gateway_token.gateway_token)
app.command()(migrate.migrate)
app.command()(lint.lint)
app.command()(publish.publish)
app.command()(report.report)
app.command()(archive.archive)
app.command()(reconcile.reconcile)
app.command()(erase.erase)
app.add_typer(ledger.app, name="intake")
app.add_typer(dead_letters.app, name="deadletters")
app.add_typer(cases.app, name="cases")
app.add_typer(packs.app, name="policy")
app.add_typer(verify.app, name="audit")
app.add_typer(rebuild.app, name="rebuild")


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(version("sanban"))
        raise typer.Exit


@app.callback()
def sanban(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Sanban 三办: dispatch civic complaints directly, by assignment, or under supervision."""
    # A command reports an error in one sentence, so only critical log lines may appear.
    # Long-running services configure their own logs.
    logs.configure("cli", fmt="console", level="critical")


def main() -> None:
    """Entry point of the console script `sanban`."""
    leave(_invoke)


def _invoke() -> int:
    """Run the command and return its exit code. Typer ends commands with SystemExit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal whose character set lacks a letter shows its escape, not a traceback.
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except SystemExit as end:
        return int(end.code or 0)
    except Unstorable as error:  # bytes that are no UTF-8, for instance
        raise Problem(f"the database refuses what was given: {error}", do="correct it") from error
    return 0
