"""Forms that are sent once more under the id of an act that is recorded: is it the same text?

A form that is sent twice acts once. But a person who goes back in the browser, writes on and sends
again says something new under the old id: that text must not vanish behind the earlier answer.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from console.desk.acts import fields_of
from console.desk.forms import Typed
from domain.case.events import CommandRefused, Event
from schemas.texts import is_invisible


def row_with_other_words(
    events: Sequence[Event], kind: str, command_id: str, typed: Typed
) -> int | None:
    """Return the row that an earlier form of this id left, if it has other words than this one.

    Only texts are compared, and only with a field of the same name: a field that the rows do not
    have, such as one that the case shortens to a fact, says nothing.
    """
    rows = [each for each in events if each.command_id == command_id]
    if not rows or any(isinstance(each.fact, CommandRefused) for each in rows):
        return None
    recorded = [*_said(each.fact for each in rows)]
    for each in fields_of(kind):
        if each.each is not str or each.choices or each.several:
            continue
        before = {_plain(text) for name, text in recorded if name == each.name}
        if before and _plain("".join(typed.of(each.name)[:1])) not in before:
            return rows[0].seq
    return None


def _plain(text: str) -> str:
    text = "\n".join(text.split())
    return "" if is_invisible(text) else text


def _said(values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield each text of these facts with the name of its field, also inside what they hold."""
    for value in values:
        if isinstance(value, tuple):
            yield from _said(value)
        elif dataclasses.is_dataclass(value):
            for each in dataclasses.fields(value):
                inner = getattr(value, each.name)
                if isinstance(inner, str):
                    yield each.name, inner
                else:
                    yield from _said([inner])
