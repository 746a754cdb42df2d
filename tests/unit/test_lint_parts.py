"""A number of a city part that contradicts the class or the grid of its event is remarked."""

import json

import pytest

from runtime.jobs.lint.linter import Linter
from schemas.events.complaint import FILED
from schemas.events.inbound import InboundTopic
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS
from tests.fakes.records import NOW, SOURCE, data
from tests.unit.test_owners import written


@pytest.fixture(scope="module")
def linter(tmp_path_factory: pytest.TempPathFactory) -> Linter:
    policy = load_pack(written(tmp_path_factory.mktemp("parts")), HOLIDAYS)
    return Linter({policy.tenant: policy}, InboundTopic.COMPLAINTS, NOW)


def told(linter: Linter, **changed: object) -> list[str]:
    [tenant] = linter.policies
    about = data(tenant=tenant, part_number="N-1", **changed)
    whole = {"specversion": "1.0", "id": "1", "source": SOURCE, "type": FILED, "data": about}
    found = linter.mistakes(1, json.dumps(whole).encode())
    return [each.problem for each in found if each.path == "data.part_number"]


def test_another_class_than_that_of_the_part_is_remarked(linter: Linter) -> None:
    assert told(linter, category="stalls", place={}) == [
        (
            "is a thing of class 'litter' in the inventory, and data.category, which counts, is "
            "another; check both"
        )
    ]


def test_another_grid_than_that_of_the_part_is_remarked(linter: Linter) -> None:
    assert told(linter, category="litter", place={"grid": "S1"}) == [
        (
            "is a thing in grid 'N1' of the inventory, and data.place.grid, which counts, is "
            "another; check both"
        )
    ]


def test_a_part_of_the_same_class_and_grid_has_no_remark(linter: Linter) -> None:
    assert told(linter, category="litter", place={"grid": "N1"}) == []
    assert told(linter, category=None, place={}) == []
