"""The files of a case that people handed in, each with its digest, and the row that names it."""

from collections.abc import Collection, Iterator, Sequence

from domain.case.access import is_withheld
from domain.case.events import Event
from domain.complaints import Evidence

_FIELDS = ("before", "evidence")


def evidence_of(
    events: Sequence[Event], *, inquires: bool, units: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield (name, text) for each file, without those that are withheld from the reader."""
    for event in events:
        if is_withheld(event.fact, inquires=inquires, units=units):
            continue
        for field in _FIELDS:
            files = getattr(event.fact, field, None) or ()
            for file in files if isinstance(files, tuple) else ():
                if isinstance(file, Evidence):
                    said = f"{file.uri}  {file.media_type}, sha256 {file.sha256}"
                    yield field, f"row {event.seq}: {said}"
