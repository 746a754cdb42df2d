"""As whom the identity provider knows people: the file of subjects, read again when it changes."""

from collections.abc import Mapping
from pathlib import Path

import structlog

from runtime.problems import Problem
from runtime.wiring.reloading_file import ReloadingFile, read_as
from schemas.subjects_file import SubjectsFile

log = structlog.stdlib.get_logger()

Subjects = Mapping[str, tuple[str, str]]
"""Subject -> tenant and person."""


class SubjectBook:
    """The subjects as the file has them; while it is wrong, as it had them last."""

    def __init__(self, path: str) -> None:
        """Read the file for the first time. Raises Problem where it is wrong."""
        self._file = ReloadingFile(Path(path), read)
        if self._file.reload() and self._file.flaw:
            raise Problem(
                f"wrong subjects: {self._file.flaw}",
                do="correct SANBAN_CONSOLE_SUBJECTS; docs/RUNBOOK.md, «The console», shows one",
            )

    def person_of(self, subject: str) -> tuple[str, str] | None:
        """Return tenant and person of a subject; look whether the file changed."""
        if self._file.reload():
            if self._file.flaw:
                log.error("console.subjects_not_read", detail=self._file.flaw)
            else:
                log.info("console.subjects_read", number=len(self._file.value or {}))
        return (self._file.value or {}).get(subject)

    def note(self) -> str:
        """Return what /readyz says of the file."""
        return self._file.flaw or f"{len(self._file.value or {})} subjects"


def read(content: bytes, path: Path) -> Subjects:
    """Read the subjects of a file. Raises Flawed."""
    file, _ = read_as(SubjectsFile, content, path)
    return {
        subject: (tenant, person)
        for tenant, people in file.people.items()
        for person, subjects in people.items()
        for subject in subjects
    }
