"""Prints what an erasure finds, and what it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from runtime.cli.output import say
from store.privacy.erasure import KeptPersonalData, RecordPlace


def print_found(
    found: Sequence[KeptPersonalData], kept_for: Mapping[str, timedelta | None]
) -> None:
    """Print each case. `kept_for`: topic -> longest retention; None: unlimited or unknown."""
    for each in found:
        state = "erased before" if each.erased_at else "to be erased"
        say(f"{each.case_id}  {state}")
        if each.plain:
            say(f"  rows of its journal that are older than sealing, and stay: {each.plain}")
        if each.waiting:
            say(f"  {each.waiting} parked records wait for it: they end as empty records")
        for place in each.records:
            say(f"  {_where(place)} {_until(place, kept_for.get(place.topic))}")


@dataclass(frozen=True, slots=True)
class ErasedCase:
    """A case that was erased, `now` or before, and how many of its photos were deleted."""

    case_id: str
    photos: int = 0
    now: bool = True


def print_erased(erased: ErasedCase) -> None:
    say(f"{erased.case_id}  {'erased' if erased.now else 'erased before'}")
    if erased.photos:
        say(f"  {erased.photos} photo{'s' * (erased.photos != 1)} deleted")


def erasure_json(
    found: Sequence[KeptPersonalData],
    kept_for: Mapping[str, timedelta | None],
    done: Sequence[ErasedCase],
) -> dict[str, Any]:
    """Return what was found and what was done as one document.

    `until`: when the broker has forgotten a record at the latest; None: not known, or never.
    """
    erased = {each.case_id: each for each in done}

    def until(place: RecordPlace) -> str | None:
        kept = kept_for.get(place.topic)
        return None if kept is None else (place.at + kept).isoformat()

    return {
        "cases": [
            {
                "case_id": each.case_id,
                "erased_before": each.erased_at is not None,
                "erased_now": each.case_id in erased and erased[each.case_id].now,
                "photos_deleted": erased[each.case_id].photos if each.case_id in erased else 0,
                "plain_rows": each.plain,
                "parked": each.waiting,
                "records": [
                    {
                        "record": f"{place.topic}/{place.partition}/{place.offset}",
                        "until": until(place),
                    }
                    for place in each.records
                ],
            }
            for each in found
        ]
    }


def _where(place: RecordPlace) -> str:
    return f"the broker keeps {place.topic}/{place.partition}/{place.offset}"


def _until(place: RecordPlace, kept_for: timedelta | None) -> str:
    if kept_for is None:
        return "as long as its topic keeps records"
    return f"until {place.at + kept_for:%Y-%m-%d %H:%M} UTC at the latest"
