"""A person who triages is shown five classes to choose from; the journal says which, and which one
was taken.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.case.registration.acts import Triage
from domain.case.registration.facts import Received
from domain.complaints import Complaint
from domain.matching.suggestions import MOST, suggested, suggestions
from domain.planning.planner import plan, plan_under_new_policy
from domain.planning.plans import CasePlan
from domain.policy.model import Category, Policy
from domain.policy.standards import Standard
from domain.vocabulary import Tier
from runtime.cli.views.cases import print_case
from store.packs.yaml_files import read_yaml
from tests.fakes.intake import Town
from tests.fakes.records import binary, data
from tests.unit.rows.story import Story
from tests.unit.test_sealing_at_intake import Sealing, Starter
from tests.unit.triages import NINE, TOWN, complaint, triaged, unsorted

DAY = Path(__file__).parents[2] / "packs" / "days" / "youchegang.yaml"


def ids(text: str) -> list[str]:
    return [each.category for each in suggestions(TOWN.categories, text)]


def waiting(text: str = "银杏路井盖松动，车一压就响") -> CasePlan:
    found = plan(TOWN, replace(complaint(), category=None, text=text))
    return suggested(TOWN, found, text)


def test_a_word_of_the_town_is_the_first_suggestion() -> None:
    assert ids("门口的狗老是追人，是流浪狗")[0] == "stray-dogs"
    assert ids("银杏路井盖松动，车一压就响")[0] == "manhole-rattling"


def test_there_are_at_most_five_and_none_for_a_text_that_says_nothing() -> None:
    assert len(ids("井盖 路灯 垃圾 污水 油烟 烟花 工资 物业 停车")) == MOST
    assert ids("你好") == []


def test_a_pair_that_many_classes_have_counts_less_than_one_of_a_single_class() -> None:
    def named(id_: str, name: str, when: str) -> Category:
        return Category(id_, name, "", "x", standards=(Standard("s", when),))

    rows = (
        named("a", "雨水井盖", "破损"),
        named("b", "电力井盖", "破损"),
        named("c", "果皮箱", "倾斜"),
    )

    assert [each.category for each in suggestions(rows, "电力井盖坏了")][:2] == ["b", "a"]


def test_the_class_of_a_report_is_among_the_five_for_three_of_four_of_a_days_reports() -> None:
    page: Any = read_yaml(DAY.read_bytes()).value
    said = [
        (scene["data"]["text"], scene["data"]["category"])
        for scene in page["scenes"]
        if "category" in scene["data"] and TOWN.category(scene["data"]["category"])
    ]
    found = [category for text, category in said if category in ids(text)]

    assert len(found) / len(said) >= 3 / 4


def test_what_has_a_category_has_no_suggestions() -> None:
    assert suggested(TOWN, plan(TOWN, complaint()), "井盖").suggested is None


async def test_intake_looks_before_the_words_are_sealed() -> None:
    starter = Starter()
    said = data(text="银杏路井盖松动，车一压就响")
    said.pop("category", None)

    def planning(policy: Policy, one: Complaint, before: Sequence[str] = ()) -> CasePlan:
        return plan(policy, one, before)

    town = Town(starter=starter, sealing=Sealing(), plan=planning, policy=TOWN)
    await town.intake().handle([binary(said, offset=0, id="1")])

    [started] = starter.started
    assert started.complaint.text.startswith("sealed")
    assert started.suggested is not None
    assert started.suggested[0].category == "manhole-rattling"


def test_the_journal_has_what_was_shown_and_what_was_taken() -> None:
    story = Story(waiting(), NINE)
    received = story.events[0].fact
    fact = triaged(story, Triage(category="manhole-missing"))

    assert isinstance(received, Received)
    assert received.plan.suggested is not None
    assert fact.shown == tuple(each.category for each in received.plan.suggested)
    assert fact.plan is not None
    assert fact.plan.category == "manhole-missing"
    assert fact.plan.suggested is None


def test_a_triage_without_suggestions_has_a_row_as_before() -> None:
    assert triaged(unsorted(), Triage(category="manhole-missing")).shown is None


def test_a_new_policy_keeps_what_was_shown() -> None:
    before = waiting()

    assert plan_under_new_policy(TOWN, before, Tier.ASSIGN).suggested == before.suggested


def test_the_list_of_the_case_shows_them_until_one_is_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = Story(waiting(), NINE)
    print_case(story.events, NINE)
    before = " ".join(capsys.readouterr().out.split())
    triaged(story, Triage(category="manhole-missing"))
    print_case(story.events, NINE)
    after = " ".join(capsys.readouterr().out.split())

    assert "perhaps manhole-rattling 井盖异响; manhole-missing 井盖缺失" in before
    assert "perhaps" not in after
    assert "shown were manhole-rattling, manhole-missing" in after
