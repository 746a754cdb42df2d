"""The command `sanban`: registers the sub-commands and runs one of them."""

import importlib
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup
from typing_extensions import override

from runtime import logs
from runtime.cli.commands.services import serve
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


COMMANDS: Mapping[str, str] = {
    "up": "services.up:up",
    "demo": "services.demo:demo",
    **{each.__name__: f"services.serve:{each.__name__}" for each in serve.COMMANDS},
    "gateway-token": "services.gateway_token:gateway_token",
    "prepare": "maintenance.prepare:prepare",
    "migrate": "maintenance.migrate:migrate",
    "doctor": "maintenance.doctor:doctor",
    "lint": "events.lint:lint",
    "publish": "events.publish:publish",
    "report": "cases.report:report",
    "archive": "cases.archive:archive",
    "reconcile": "maintenance.reconcile:reconcile",
    "erase": "cases.erase:erase",
    "intake": "events.ledger:app",
    "console": "services.console:app",
    "canary": "services.canary:app",
    "deadletters": "events.dead_letters:app",
    "cases": "cases.cases:app",
    "resources": "cases.resources:app",
    "policy": "policy.packs:app",
    "duty": "duty:app",
    "patrols": "patrols.patrols:app",
    "audit": "audit.verify:app",
    "rebuild": "maintenance.rebuild:app",
    "backup": "maintenance.backup:app",
    "after-restore": "maintenance.after_restore:after_restore",
    "upgrade": "maintenance.upgrade:app",
}
"""Where each command is, or the group of commands: a module below runtime.cli.commands, and a name.

Only the module of the command that was typed is imported: to import all of them takes seconds on a
slow machine, at each start of a process.
"""


def app_of(arguments: Sequence[str]) -> typer.Typer:
    """Return the command, with the one sub-command that is typed, or with all of them.

    All are needed for the help, for a name that does not exist, and to complete a line.
    """
    typed = arguments[0] if arguments else ""
    is_known = typed in COMMANDS and "_SANBAN_COMPLETE" not in os.environ
    app = typer.Typer(cls=_Sanban, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(sanban)
    for name in [typed] if is_known else COMMANDS:
        module, _, found = COMMANDS[name].partition(":")
        command = getattr(importlib.import_module(f"runtime.cli.commands.{module}"), found)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command()(command)
    return app


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(version("sanban"))
        raise typer.Exit


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
        app_of(sys.argv[1:])()
    except SystemExit as end:
        return int(end.code or 0)
    except Unstorable as error:  # bytes that are no UTF-8, for instance
        raise Problem(f"the database refuses what was given: {error}", do="correct it") from error
    return 0
