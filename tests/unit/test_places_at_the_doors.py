"""A point in another datum is refused at every door, and what is in no grid is remarked."""

from dataclasses import replace
from typing import Any

import pytest

from domain.policy.model import Policy
from domain.policy.shapes import Datum
from packs import pack_of
from runtime.jobs.lint.linter import Linter
from runtime.wiring.packs import load_one
from schemas.events.inbound import InboundTopic
from schemas.intake import Outcome, RejectReason
from tests.fakes.gateway import Town as Gateway
from tests.fakes.gateway import filed, post
from tests.fakes.intake import Town as Intake
from tests.fakes.intake import listing
from tests.fakes.records import NOW, complaint, data
from tests.unit.test_linting import event, told
from tests.unit.test_open311_values import as_form, place_of, refused

TOWN = load_one(pack_of("youchegang"))
AMAP = replace(TOWN, datum=Datum.GCJ02)
IN_G01 = {"longitude": 120.7506, "latitude": 30.8421}
IN_G07 = {"longitude": 120.78, "latitude": 30.81}
OUTSIDE = {"longitude": 120.6, "latitude": 30.81}
REASON = "this tenant has points in CGCS2000 (or WGS-84), not in BD-09; send the coordinates in it"


# --- The datum, said once more.


def of_datum(datum: Datum | None) -> Policy:
    policy = listing()
    policy.datum = datum  # type: ignore[misc]
    return policy


@pytest.mark.parametrize(
    ("ours", "said", "outcome"),
    [
        (None, "WGS-84", Outcome.ACCEPTED),
        (None, "CGCS2000", Outcome.ACCEPTED),
        (None, "GCJ-02", Outcome.REJECTED),
        (Datum.CGCS2000, "BD-09", Outcome.REJECTED),
        (Datum.GCJ02, "GCJ-02", Outcome.ACCEPTED),
        (Datum.GCJ02, "WGS-84", Outcome.REJECTED),
        (Datum.GCJ02, None, Outcome.ACCEPTED),
    ],
)
async def test_intake_takes_points_in_the_datum_of_the_town_alone(
    ours: Datum | None, said: str | None, outcome: Outcome
) -> None:
    town = Intake(policy=of_datum(ours))
    place = IN_G01 | ({"datum": said} if said else {})

    assert await town.intake().handle([complaint(0, place=place)]) == [outcome]
    rejected = [RejectReason.WRONG_DATUM] if outcome is Outcome.REJECTED else []
    assert town.dead_letters.reasons == rejected


async def test_the_rejection_says_what_to_send() -> None:
    town = Intake(policy=of_datum(None))
    await town.intake().handle([complaint(0, place=IN_G01 | {"datum": "BD-09"})])

    [(_, _, detail)] = town.dead_letters.kept
    assert detail.startswith(f"data.place.datum: {REASON}")


async def test_an_unheard_of_datum_is_a_mistake_of_the_schema() -> None:
    town = Intake(policy=of_datum(None))
    await town.intake().handle([complaint(0, place=IN_G01 | {"datum": "Beijing-54"})])

    assert town.dead_letters.reasons == [RejectReason.SCHEMA_VIOLATION]


async def test_the_gateway_refuses_what_intake_would() -> None:
    town = Gateway()
    answer = await post(town, filed(place=IN_G01 | {"datum": "BD-09"}))

    assert answer.status == 400
    assert answer.json["reason"] == "wrong_datum"
    assert town.broker.kept == []


async def test_open311_has_wgs_84_and_a_town_with_another_datum_gets_the_address() -> None:
    town = Gateway(policies={"youchegang": AMAP})
    answer = await as_form(town, lat="30.8421", long="120.7506")

    assert "latitude" not in place_of(town)
    assert (
        "lat, long: are in WGS 84, and this town has points in GCJ-02; the address is kept."
        in (answer.json[0]["service_notice"])
    )
    alone = Gateway(policies={"youchegang": AMAP})
    without = await as_form(alone, lat="30.8421", long="120.7506", address_string="")
    assert refused(alone, without).endswith("points in GCJ-02; send address_string")


# --- `sanban lint`.


def remarks(policy: Policy = TOWN, **place: Any) -> list[tuple[str, RejectReason | None, str]]:
    linter = Linter({"youchegang": policy}, InboundTopic.COMPLAINTS, NOW)
    found = linter.mistakes(1, event(data(place=place)))
    return [(each.path, each.reason, each.problem) for each in found]


UNKNOWN, SORTED = "is no grid of this tenant", "a person has to sort this complaint first"
SWAPPED = "check datum, and that longitude and latitude are not swapped"


@pytest.mark.parametrize(
    ("place", "path", "problem"),
    [
        ({"grid": "G1"}, "data.place.grid", f"{UNKNOWN}; {SORTED}; did you mean G01?"),
        ({"grid": "village-7"}, "data.place.grid", f"{UNKNOWN}; {SORTED}"),
        (
            {"grid": "G-07"} | IN_G07,
            "data.place.grid",
            f"{UNKNOWN}; its point decides; did you mean G07?",
        ),
        (OUTSIDE, "data.place", f"its point is in no grid of this tenant; {SORTED}; {SWAPPED}"),
        (
            {"grid": "G01"} | IN_G07,
            "data.place",
            "its point is not in its grid, which holds; correct one of them",
        ),
    ],
)
def test_lint_remarks_a_place_that_a_person_has_to_look_at(
    place: dict[str, Any], path: str, problem: str
) -> None:
    assert remarks(**place) == [(path, None, problem)]


def test_lint_remarks_a_grid_that_was_split() -> None:
    after = ("G01", "G03")
    grids = tuple(replace(g, successors=after) if g.id == "G02" else g for g in TOWN.grids)

    assert remarks(replace(TOWN, grids=grids), grid="G02") == [
        ("data.place.grid", None, "is now G01 and G03; a person has to sort this complaint first")
    ]


@pytest.mark.parametrize("place", [{}, {"grid": "G01"}, IN_G01, {"grid": "G01"} | IN_G01])
def test_lint_remarks_no_other_place(place: dict[str, Any]) -> None:
    assert remarks(**place) == []


def test_lint_has_a_datum_for_a_mistake() -> None:
    linter = Linter({"youchegang": TOWN}, InboundTopic.COMPLAINTS, NOW)
    found = linter.mistakes(1, event(data(place=IN_G01 | {"datum": "BD-09"})))

    assert told(found) == [("data.place.datum", RejectReason.WRONG_DATUM)]
    assert found[0].problem.startswith(REASON)
