"""Every field of every act can be given in a form and at a terminal, in the ways that it has."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.desk.acts import ACTS, ActField, fields_of
from console.desk.forms import ActForm, NotFilled, Typed
from console.desk.names import TownNames
from console.desk.offers import Offer
from console.desk.option_names import OptionNames
from domain.case.commands import Actor
from domain.case.joint_work.acts import (
    Attendance,
    CaseDecision,
    Counter,
    Opinion,
    Resolution,
    Responsible,
)
from domain.complaints import Evidence
from domain.vocabulary import Role
from runtime.cli.act_arguments import message_for
from tests.fakes.desk import Desk

LU = Actor("lu-fang", Role.DISPATCHER, "platform")
NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
PAIRS = {Attendance: "water:wang-li", CaseDecision: "7kq2m-9xa4t-bnc2w:先修", Counter: "dogs:4"}
PAIRS |= {Resolution: "water:修管道", Responsible: "waste-recycling:environment"}
TRUTHS = [(kind, each) for kind in sorted(ACTS) for each in fields_of(kind) if each.each is bool]


def form_of(kind: str) -> ActForm:
    desk = Desk()
    names = OptionNames(TownNames(desk.policy, "zh"))
    return ActForm(desk.policy, None, Offer(kind, LU), names)


def typed_for(kind: str, said: dict[str, str] | None = None) -> Typed:
    """Return a form of this act in which every field is filled in."""
    texts, files = dict[str, list[str]](), dict[str, list[Evidence]]()
    for each in fields_of(kind):
        if each.each is Evidence:
            files[each.name] = [each.sample(NOW)[0] if each.several else each.sample(NOW)]
        elif each.each is datetime:
            texts |= {f"{each.name}.date": ["2026-12-03"], f"{each.name}.time": ["10:00"]}
        elif each.each is not Opinion:
            texts[each.name] = [_text(each)]
    return Typed(texts | {name: [text] for name, text in (said or {}).items()}, files)


def _text(each: ActField) -> str:
    if each.each is bool:
        return "yes"
    return PAIRS.get(each.each) or str(each.sample(NOW)[0] if each.several else each.sample(NOW))


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_every_field_of_every_act_can_be_filled_in(kind: str) -> None:
    try:
        form_of(kind).message(typed_for(kind), "a")
    except NotFilled as error:
        pytest.fail(f"{kind}: {error.wrong}")


@pytest.mark.parametrize(("kind", "field"), TRUTHS)
def test_a_yes_is_chosen_or_ticked_and_never_written(kind: str, field: ActField) -> None:
    [widget] = [each for each in form_of(kind).widgets() if each.name == field.name]

    assert widget.kind in {"tick", "yes_no"}


@pytest.mark.parametrize(("kind", "field"), TRUTHS)
def test_a_yes_means_the_same_in_a_form_and_at_a_terminal(kind: str, field: ActField) -> None:
    for said, typed in (("yes", "true"), ("no", "false")):
        form = form_of(kind).message(typed_for(kind, {field.name: said}), "a")
        terminal = message_for(kind, [f"{field.name}={typed}", *needed(kind, field)], LU, "a")

        value: Any = getattr(terminal.act, field.name)
        assert getattr(form.act, field.name) is value
        assert value is (said == "yes" or (None if field.mark else False))


def needed(kind: str, besides: ActField) -> list[str]:
    """Return the other fields that the act cannot do without, as typed at a terminal."""
    others = (each for each in fields_of(kind) if each.required and each.name != besides.name)
    return [f"{each.name}={'true' if each.each is bool else _text(each)}" for each in others]


def test_what_can_be_left_open_is_asked_with_yes_and_no() -> None:
    kinds = {widget.name: widget.kind for widget in form_of("close").widgets()}

    assert kinds["solved"] == "yes_no"
