"""Texts typed at a terminal, which may be in another character set."""

from collections.abc import Sequence

from runtime.problems import Problem

_SHOWN = 40
"""Characters shown in front of the wrong ones: enough to see `text=`."""


def must_be_utf8(arguments: Sequence[str]) -> None:
    """Refuse arguments that are not UTF-8, before a command stores or sends one.

    Python reads such bytes as halves of surrogate pairs, which neither JSON nor PostgreSQL takes.
    Raises Problem, which names the argument.
    """
    for place, argument in enumerate(arguments, start=1):
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            before = argument[max(0, error.start - _SHOWN) : error.start]
            raise Problem(
                f"argument {place} is not UTF-8: {before}{_in_escapes(error)}",
                do="type it in a terminal whose character set is UTF-8, or convert it with iconv",
            ) from None


def _in_escapes(error: UnicodeEncodeError) -> str:
    r"""Return the wrong bytes as `\xff`, as a shell has them."""
    wrong = error.object[error.start : error.end]
    try:
        return wrong.encode(errors="surrogateescape").decode(errors="backslashreplace")
    except UnicodeEncodeError:  # half a pair that stands for no byte
        return wrong.encode(errors="backslashreplace").decode()
