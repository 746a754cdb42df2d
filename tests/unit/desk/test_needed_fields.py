"""A form marks as required what the case needs, and says when it needs what it does not mark."""

from datetime import timedelta
from typing import Any

import pytest

from console.desk.acts import fields_of
from console.desk.forms import ActForm, NotFilled, Typed, Widget
from console.desk.names import TownNames
from console.desk.offers import Offer, Seeker
from console.desk.option_names import OptionNames
from domain.case.commands import Actor, Command, Lookup
from domain.case.decide import decide
from domain.case.events import CommandRefused
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.vocabulary import Role
from tests.browser.full_town import full_town
from tests.fakes.desk import Browser, Desk
from tests.unit.desk.test_act_fields import PAIRS
from workflows.questions import question

LACKS = {Refusal.REASON_NEEDED, Refusal.MISSING_EVIDENCE, Refusal.MISSING_PLAN}
SHEN = Actor("shen-haifeng", Role.SUPERVISOR, "leading-group-office")


def form_of(desk: Desk, case: Case | None, offer: Offer, language: str = "en") -> ActForm:
    return ActForm(desk.policy, case, offer, OptionNames(TownNames(desk.policy, language)))


def bare(desk: Desk, form: ActForm) -> Typed:
    """Return the form with what it marks as required, and nothing else."""
    texts = dict[str, list[str]]()
    files: dict[str, Any] = {}
    by_name = {each.name: each for each in fields_of(form.offer.kind)}
    for widget in form.widgets():
        field = by_name[widget.name]
        if not widget.required:
            continue
        if widget.kind == "files":
            files[widget.name] = [field.sample(desk.now)[0]]
        elif widget.kind == "moment":
            day = (desk.now + timedelta(days=2)).date().isoformat()
            texts |= {f"{widget.name}.date": [day], f"{widget.name}.time": ["10:00"]}
        elif widget.kind == "yes_no":
            texts[widget.name] = ["yes"]
        elif widget.options:
            texts[widget.name] = [widget.options[0].value]
        else:
            sample = field.sample(desk.now)
            said = sample[0] if field.several and sample else sample
            texts[widget.name] = [PAIRS.get(field.each) or str(said)]
    return Typed(texts, files)


async def refused(desk: Desk, case: Case, form: ActForm) -> CommandRefused | None:
    """Return why the case refuses the form with what is marked alone."""
    command = form.message(bare(desk, form), "bare").to_domain(Lookup())
    asked = question(case, command, desk.now)
    lookup = await desk.look_up(asked) if asked else Lookup()
    whole = Command(command.id, command.actor, command.act, lookup)
    facts = [event.fact for event in decide(case, whole, desk.now).events]
    return next((fact for fact in facts if isinstance(fact, CommandRefused)), None)


async def test_no_act_is_refused_for_a_field_that_its_form_calls_optional_without_a_word() -> None:
    """Every act that a person of the town may give now, in a town with cases of every tier."""
    desk = (await full_town()).desk
    tried, silent = set[tuple[str, str, Role]](), list[str]()
    for life in desk.lives.values():
        for person in desk.policy.roster.people:
            seeker = Seeker(desk.look_up, desk.policy, person.id, desk.now)
            for offer in (await seeker.all(life.case)).now:
                if (life.case.case_id, offer.kind, offer.actor.role) in tried:
                    continue
                tried.add((life.case.case_id, offer.kind, offer.actor.role))
                form = form_of(desk, life.case, offer)
                try:
                    no = await refused(desk, life.case, form)
                except NotFilled as error:
                    silent.append(f"{offer.kind}: {error.wrong}")
                    continue
                said = any(each.hint or each.files for each in form.widgets())
                if no is not None and no.refusal in LACKS and not said:
                    silent.append(f"{offer.kind}: {no.detail}")

    assert silent == []
    assert len({kind for _, kind, _ in tried}) > 25


@pytest.mark.parametrize(
    ("kind", "field"),
    [("verify", "note"), ("suspend", "measures"), ("ask_suspension", "measures")],
)
def test_what_each_case_needs_is_marked_and_is_asked_for_before_it_is_sent(
    kind: str, field: str
) -> None:
    desk = Desk()
    form = form_of(desk, None, Offer(kind, SHEN))

    assert widgets_of(form)[field].required
    with pytest.raises(NotFilled) as wrong:
        form.message(Typed({"reason": ["x"], "passed": ["yes"]}), "a")
    assert wrong.value.wrong[field] == "missing"


@pytest.mark.parametrize("said", ["satisfied", "basically_satisfied", "unsatisfied"])
def test_who_records_what_the_citizen_says_also_says_whether_it_is_solved(said: str) -> None:
    form = form_of(Desk(), None, Offer("close", SHEN))

    with pytest.raises(NotFilled) as wrong:
        form.message(Typed({"callback": [said], "note": ["电话里说的"]}), "a")
    assert wrong.value.wrong == {"solved": "missing"}


def test_who_reached_no_one_is_not_asked_whether_it_is_solved() -> None:
    form = form_of(Desk(), None, Offer("close", SHEN))

    assert form.message(Typed({"callback": ["not_reached"]}), "a").act.kind == "close"


def test_a_task_is_asked_for_in_the_order_in_which_it_is_thought_of() -> None:
    form = form_of(Desk(), None, Offer("give_task", SHEN), "zh")
    labels = [each.label for each in form.widgets()]

    assert [each.name for each in form.widgets()] == [
        "unit", "what", "hours", "evidence", "optional",
    ]  # fmt: skip
    assert labels[3] == "汇报须附几份佐证（不填为 0）"


async def test_the_unit_that_a_return_suggested_is_chosen_in_the_dispatch_form() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    handler, platform = Browser(desk), Browser(desk)
    await handler.sign_in("xu-meng")
    await platform.sign_in("zhu-lihua")
    holder = desk.lives[case].case.holder
    await handler.fill(
        f"/cases/{case}/acts/return", reason="油烟归市监所管", suggested_unit="market-supervision"
    )
    part = desk.lives[case].case.open_parts()[0].id
    await platform.fill(f"/cases/{case}/acts/answer", part=part, granted="yes", reason="同意")

    page = await platform.open(f"/cases/{case}")
    form = await platform.open(f"/cases/{case}/acts/dispatch")

    assert holder != "market-supervision"
    assert '<option value="market-supervision" selected>' in form.text
    assert '<option value="market-supervision" selected>' in page.text


async def test_the_act_whose_clock_runs_is_the_one_that_the_page_of_the_case_opens() -> None:
    desk = Desk()
    opened = dict[str, str]()
    numbers = {
        "xu-meng": desk.file("restaurant-fumes").case_id,
        "zhu-lihua": desk.file(None).case_id,
        "shen-haifeng": desk.file("railside-hazard").case_id,
    }
    for person, number in numbers.items():
        browser = Browser(desk)
        await browser.sign_in(person)
        page = (await browser.open(f"/cases/{number}")).text
        _, _, form = page.partition('<details class="act" open>')
        opened[person] = form.partition(f'action="/cases/{number}/acts/')[2].partition('"')[0]

    assert opened == {"xu-meng": "sign", "zhu-lihua": "triage", "shen-haifeng": "appoint"}


def widgets_of(form: ActForm) -> dict[str, Widget]:
    return {each.name: each for each in form.widgets()}
