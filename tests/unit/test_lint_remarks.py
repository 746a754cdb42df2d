"""What intake accepts of an event, and its sender may not have meant, is remarked."""

import json

import pytest

from packs import pack_of
from runtime.jobs.lint.linter import Linter
from runtime.wiring.packs import load_one
from schemas.events.complaint import FILED
from schemas.events.inbound import InboundTopic
from tests.fakes.records import NOW, SOURCE, data


@pytest.fixture(scope="module")
def linter() -> Linter:
    policies = {"youchegang": load_one(pack_of("youchegang"))}
    return Linter(policies, InboundTopic.COMPLAINTS, NOW)


def event(body: object) -> bytes:
    whole = {"specversion": "1.0", "id": "1", "source": SOURCE, "type": FILED, "data": body}
    return json.dumps(whole, ensure_ascii=False).encode()


def odd(linter: Linter, **changed: object) -> list[tuple[str, str]]:
    found = linter.mistakes(1, event(data(**changed)))
    return [(each.path, each.problem) for each in found if each.reason is None]


def test_a_category_that_the_town_does_not_list_is_a_remark(linter: Linter) -> None:
    what = "is not in the responsibility list, so the case goes to the leading group's office"

    assert odd(linter, category="gabage") == [("data.category", f"{what}; did you mean garbage?")]


def test_a_standard_that_its_category_does_not_have_is_a_remark(linter: Linter) -> None:
    what = "is no standard of its category, so another one holds until a person chooses"

    assert odd(linter, category="garbage", standard="missing") == [
        ("data.standard", f"{what}; the category has none")
    ]


def test_a_category_that_the_town_lists_has_no_remark(linter: Linter) -> None:
    assert odd(linter, category="garbage") == []


def test_an_event_with_a_mistake_has_no_remark_as_well(linter: Linter) -> None:
    assert odd(linter, category="gabage", channel="fax") == []


ORDER = {"number": "2026-13", "issuer": "省公安厅"}


def test_an_issuer_for_which_no_unit_speaks_is_a_remark(linter: Linter) -> None:
    [(path, problem)] = odd(linter, superior=ORDER, channel="superior")

    assert path == "data.superior.issuer"
    assert "`speaks_for` of a unit in units.yaml" in problem


@pytest.mark.parametrize("issuer", ["省自然资源厅", "district-guidance"])
def test_an_issuer_for_which_a_unit_speaks_has_no_remark(linter: Linter, issuer: str) -> None:
    assert odd(linter, superior={**ORDER, "issuer": issuer}, channel="superior") == []
