"""A command without anything new is read by a worker of the release before.

`acts_of_before.json` has the dataclasses of its acts: each field, and if it is required. During an
upgrade the console, intake and the gateway of today speak to workers of then.
"""

import json
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from domain.vocabulary import Role
from runtime.cli.act_arguments import KINDS
from schemas.commands import CommandMessage
from tests.acts import PHOTO
from tests.builders import ACTORS, USUAL

BEFORE: dict[str, dict[str, bool]] = json.loads(
    (Path(__file__).parent / "acts_of_before.json").read_text()
)
ACTS: list[Any] = [act for act, _ in USUAL.values() if act.kind in KINDS]
KNOWN = [act for act in ACTS if type(act).__name__ in BEFORE]


def plain(act: Any) -> Any:
    """Return the act with the default wherever it has one."""
    given = {
        each.name: each.default
        for each in fields(act)
        if each.default is not MISSING and each.name != "kind"
    }
    return replace(act, **given)


def said(act: Any) -> dict[str, Any]:
    actor = ACTORS[Role.HANDLER]
    message = CommandMessage.model_validate({"id": "a", "actor": actor, "act": act})
    written: dict[str, Any] = json.loads(message.model_dump_json())
    return written


def faults(value: object, written: object) -> list[str]:
    """Return what the release before would not read of a dataclass, and what it would miss."""
    if isinstance(value, tuple) and isinstance(written, list):
        return [each for pair in zip(value, written, strict=True) for each in faults(*pair)]
    if not is_dataclass(value) or not isinstance(written, dict):
        return []
    name = type(value).__name__
    known = BEFORE.get(name, {})
    found = [f"{name}.{field} is not known" for field in written.keys() - known.keys()]
    found += [
        f"{name}.{field} is missing"
        for field, required in known.items()
        if required and field not in written
    ]
    return found + [
        each for field in written for each in faults(getattr(value, field), written[field])
    ]


@pytest.mark.parametrize("act", KNOWN, ids=lambda act: act.kind)
def test_an_act_that_says_nothing_new_is_read_by_the_release_before(act: Any) -> None:
    alone = plain(act)

    assert faults(alone, said(alone)["act"]) == []


def test_a_file_without_anything_new_is_read_as_well() -> None:
    usual: Any = USUAL["resolve"][0]
    resolve = replace(usual, evidence=(replace(PHOTO, recorder=None),))

    assert [each for each in faults(resolve, said(resolve)["act"]) if "Evidence" in each] == []


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.kind)
def test_what_is_left_out_is_what_it_was_when_it_is_read(act: Any) -> None:
    written = said(act)

    assert CommandMessage.model_validate(written).act == act
