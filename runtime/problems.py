"""Errors for the person at the command line: what is wrong, where, and what to do."""

from collections.abc import Iterable

from runtime.foreign_text import one_line


class Problem(Exception):
    """An error shown without a traceback; the process ends with `exit_code`.

    It is one line, whatever it quotes, and below it the `lines`, each for itself.
    """

    exit_code = 2
    is_logged = False
    """The log has it already: a process that serves writes log lines alone."""

    def __init__(self, what: str, *, do: str = "", lines: Iterable[str] = ()) -> None:
        first = f"{what} -- {do}" if do else what
        super().__init__("\n".join(map(one_line, (first, *lines))))


class RefusalProblem(Problem):
    """The engine refused a command. `code` is stable (docs/COMMANDS.md)."""

    exit_code = 3

    def __init__(self, code: str, detail: str, seq: int | None = None, *, said: str = "") -> None:
        """`said`: the whole sentence, where it is not in English."""
        super().__init__(said or f"refused ({code}): {detail}")
        self.code = code
        self.seq = seq


class NotYet(Problem):
    """The list does not show yet what was done, and the command says so."""

    exit_code = 4

    def __init__(self, case_id: str, row: int, seen: int) -> None:
        shown = (
            f"the list shows row {seen}" if seen else "nothing of it is here, or not yours to read"
        )
        super().__init__(
            f"{case_id} is not here as of row {row} yet: {shown}",
            do="look again in a moment, or give --patience",
        )
