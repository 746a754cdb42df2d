"""Prints what an erasure finds, and what it leaves."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

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


def print_erased(case_id: str, photos: int = 0, *, now: bool) -> None:
    say(f"{case_id}  {'erased' if now else 'erased before'}")
    if photos:
        say(f"  {photos} photo{'s' * (photos != 1)} deleted")


def _where(place: RecordPlace) -> str:
    return f"the broker keeps {place.topic}/{place.partition}/{place.offset}"


def _until(place: RecordPlace, kept_for: timedelta | None) -> str:
    if kept_for is None:
        return "as long as its topic keeps records"
    return f"until {place.at + kept_for:%Y-%m-%d %H:%M} UTC at the latest"
