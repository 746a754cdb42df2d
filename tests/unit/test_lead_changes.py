"""What another rule about the lead changes for new cases, and what the shipped packs have."""

import pytest

from domain.planning.samples import plan_changes
from domain.policy.leads import OpenLead
from domain.policy.model import Policy
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.unit.places import GRIDS, TOWN, matters, planned, town


def changes(after: Policy) -> list[tuple[str, str, str, str]]:
    return [
        (each.category, each.question, each.before, each.after)
        for each in plan_changes(TOWN, after)
    ]


def test_a_diff_says_in_which_grids_another_unit_leads() -> None:
    other = town(grids=GRIDS.replace("cleaning: cleaners", "cleaning: north-squad"))

    assert changes(other) == [("litter", "unit in N1", "cleaners", "north-squad")]


def test_a_diff_says_that_the_platform_chooses_now() -> None:
    other = town(categories=matters("{grid: squad, else: urban-mgmt}", "{choose: [desk, office]}"))

    assert changes(other) == [
        ("stalls", "unit", "urban-mgmt", "desk"),
        ("stalls", "unit in N1", "north-squad", "one of desk, office"),
        ("stalls", "unit in S1", "south-squad", "one of desk, office"),
    ]


# --- The shipped packs.


def test_the_shipped_town_gives_greenery_to_the_unit_of_the_place() -> None:
    policy = load_pack(pack_of("youchegang"), {"china": china})

    assert planned("greenery-care", "G01", policy).holder == "water-agriculture"
    assert planned("greenery-care", "G05", policy).holder == "housing-construction"


@pytest.mark.parametrize(
    ("tenant", "category"), [("youchegang", "road-opening"), ("hotline12345", "venue-noise")]
)
def test_in_the_shipped_packs_the_platform_chooses(tenant: str, category: str) -> None:
    found = planned(category, policy=load_pack(pack_of(tenant), {"china": china}))

    assert found.open_lead is OpenLead.CHOICE
    assert len(found.candidates or ()) == 3
