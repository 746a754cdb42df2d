"""What a source says later: to its case, in order, and never lost before it is there."""

from dataclasses import replace

import pytest

from domain.complaints import case_id_of
from domain.vocabulary import Callback, Stage
from schemas.events.follow_ups import RATED, SUPPLEMENTED, WITHDRAWN
from schemas.intake import DueRecord, Outcome, Record, RejectReason, Unavailable
from tests.builders import case_at
from tests.fakes.commands import FakeCases
from tests.fakes.intake import Town
from tests.fakes.records import SOURCE, binary, complaint

ACCEPTED, PARKED, REJECTED = Outcome.ACCEPTED, Outcome.PARKED, Outcome.REJECTED
FILED_ID = "filed-1"
CASE = case_id_of("youchegang", SOURCE, FILED_ID)
NUMBER = "2026-000731"
MORE: dict[str, object] = {"text": "今天又多了两袋建筑垃圾"}
TYPES: dict[str, tuple[str, dict[str, object]]] = {
    "supplemented": (SUPPLEMENTED, MORE),
    "withdrawn": (WITHDRAWN, {"reason": "来电人称已自行解决"}),
    "rated": (RATED, {"satisfaction": "basically_satisfied", "solved": True}),
}


def later(offset: int, kind: str, *, event_id: str | None = None, **changes: object) -> Record:
    event_type, said = TYPES[kind]
    body: dict[str, object] = {
        "schema_version": 1,
        "tenant": "youchegang",
        "complaint_id": NUMBER,
        **said,
    } | changes
    return binary(
        {name: value for name, value in body.items() if value is not None},
        offset=offset,
        key=b"k",
        id=event_id or f"later-{offset}",
        type=event_type,
    )


def filed(offset: int, event_id: str = FILED_ID) -> Record:
    return complaint(offset, event_id=event_id, key="k")


@pytest.fixture
def cases() -> FakeCases:
    return FakeCases()


@pytest.fixture
def town(cases: FakeCases) -> Town:
    return Town(commands=cases, cases=cases)


def begin(cases: FakeCases, stage: Stage = Stage.DISPATCHED) -> None:
    """The case of the complaint, as if its workflow had begun."""
    case = case_at(stage)
    about = replace(case.plan.complaint, tenant="youchegang", source=SOURCE, event_id=FILED_ID)
    cases.begin(replace(case, plan=replace(case.plan, complaint=about)))


@pytest.mark.parametrize(
    ("kind", "outcome", "given"),
    [
        ("supplemented", Outcome.SUPPLEMENTED, "supplement"),
        ("withdrawn", Outcome.WITHDRAWN, "withdraw"),
        ("rated", Outcome.RATED, "rate"),
    ],
)
async def test_it_reaches_the_case_of_its_complaint(
    town: Town, cases: FakeCases, kind: str, outcome: Outcome, given: str
) -> None:
    begin(cases)

    assert await town.intake().handle([filed(0), later(1, kind)]) == [ACCEPTED, outcome]
    assert cases.given == [(CASE, given)]
    assert [(each.outcome, each.case_id) for each in town.receipts.told] == [
        (ACCEPTED, CASE),
        (outcome, CASE),
    ]


async def test_before_its_complaint_it_waits_and_nothing_overtakes_it(
    town: Town, cases: FakeCases
) -> None:
    early, second = later(0, "supplemented"), later(2, "supplemented", text="再补充一次")

    assert await town.intake().handle([early, filed(1), second]) == [PARKED, ACCEPTED, PARKED]
    assert [each.code for each in town.ledger.settled.values() if each.hold] == [
        "before_complaint",
        "behind_another",
    ]
    begin(cases)
    third = later(3, "withdrawn")
    assert await town.intake().handle([third]) == [PARKED]
    waiting = [DueRecord(each, expired=False) for each in (early, second, third)]

    assert await town.intake().take_up(waiting) == [
        Outcome.SUPPLEMENTED,
        Outcome.SUPPLEMENTED,
        Outcome.WITHDRAWN,
    ]
    assert [kind for _, kind in cases.given] == ["supplement", "supplement", "withdraw"]
    assert town.ledger.parked() == []
    assert town.dead_letters.kept == []


async def test_one_whose_complaint_never_comes_is_a_dead_letter_in_the_end(town: Town) -> None:
    early = later(0, "supplemented")
    await town.intake().handle([early])

    assert await town.intake().take_up([DueRecord(early, expired=True)]) == [REJECTED]
    [(record, reason, detail)] = town.dead_letters.kept
    assert record == early
    assert reason == RejectReason.UNKNOWN_COMPLAINT
    assert detail.startswith("data.complaint_id: ")
    await town.intake().handle([early])  # delivered once more: that was the end
    assert town.ledger.outcomes() == {0: REJECTED}
    assert town.receipts.outcomes() == [(0, "parked"), (0, "rejected")]


async def test_the_same_event_again_is_a_duplicate_and_other_content_a_conflict(
    town: Town, cases: FakeCases
) -> None:
    begin(cases)
    once = later(1, "supplemented", event_id="e")
    again, other = later(2, "supplemented", event_id="e"), later(3, "withdrawn", event_id="e")

    assert await town.intake().handle([filed(0), once, again, other]) == [
        ACCEPTED,
        Outcome.SUPPLEMENTED,
        Outcome.DUPLICATE,
        Outcome.CONFLICT,
    ]
    assert [kind for _, kind in cases.given] == ["supplement"]
    assert await town.intake().handle([once]) == [Outcome.SUPPLEMENTED]
    assert [kind for _, kind in cases.given] == ["supplement"]


async def test_a_case_that_says_no_is_told_with_its_reason(town: Town, cases: FakeCases) -> None:
    begin(cases, Stage.WITHDRAWN)
    del cases.running[CASE]

    assert await town.intake().handle([filed(0), later(1, "rated")]) == [ACCEPTED, REJECTED]
    assert town.dead_letters.reasons == [RejectReason.CASE_OVER]


async def test_a_silent_case_does_not_keep_other_complaints_waiting(
    town: Town, cases: FakeCases
) -> None:
    begin(cases)
    cases.stuck = {CASE}
    chunk = [filed(0), later(1, "supplemented"), complaint(2)]

    assert await town.intake().handle(chunk) == [ACCEPTED, PARKED, ACCEPTED]
    assert town.receipts.outcomes()[1] == (1, "parked")


async def test_while_the_engine_is_away_everything_waits(town: Town, cases: FakeCases) -> None:
    begin(cases)
    cases.away = True

    with pytest.raises(Unavailable):
        await town.intake().handle([filed(0), later(1, "supplemented")])
    assert town.ledger.settled == {}
    cases.away = False
    assert await town.intake().handle([filed(0), later(1, "supplemented")]) == [
        ACCEPTED,
        Outcome.SUPPLEMENTED,
    ]


async def test_the_number_used_again_means_the_latest_complaint(
    town: Town, cases: FakeCases
) -> None:
    begin(cases)
    old = filed(0, event_id="filed-0")

    outcomes = await town.intake().handle([old, filed(1), later(2, "supplemented")])

    assert outcomes == [ACCEPTED, ACCEPTED, Outcome.SUPPLEMENTED]
    assert cases.given == [(CASE, "supplement")]


async def test_a_receipt_that_could_not_be_told_is_told_when_the_record_comes_again(
    town: Town, cases: FakeCases
) -> None:
    town.receipts.away = True
    with pytest.raises(Unavailable, match="kafka"):
        await town.intake().handle([filed(0)])
    assert town.ledger.outcomes() == {0: ACCEPTED}
    town.receipts.away = False

    assert await town.intake().handle([filed(0)]) == [ACCEPTED]
    assert town.receipts.outcomes() == [(0, "accepted")]


async def test_a_newer_complaint_waits_and_is_read_by_the_next_release(town: Town) -> None:
    newer = binary({"anything": 2}, offset=0, key=b"k", type="org.sanban.complaint.filed.v2")
    inside = binary(
        {"schema_version": 2, "tenant": "youchegang"}, offset=1, key=b"k", type=SUPPLEMENTED
    )
    older = binary({"anything": 0}, offset=2, key=b"k", type="org.sanban.complaint.filed.v0")

    assert await town.intake().handle([newer, inside, older]) == [PARKED, PARKED, REJECTED]
    assert [each.code for each in town.ledger.settled.values()] == [
        "newer_version",
        "newer_version",
        "unsupported_version",
    ]
    assert await town.intake().take_up([DueRecord(newer, expired=True)]) == [REJECTED]
    assert town.dead_letters.kept[-1][1] is RejectReason.UNSUPPORTED_VERSION


def test_every_word_of_satisfaction_is_one_of_the_callback() -> None:
    for word in ("satisfied", "basically_satisfied", "unsatisfied"):
        assert Callback(word)
