"""Intake hands nothing on in words; the rules have seen them; and nothing brings them back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from domain.complaints import Complaint, case_id_of
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.privacy.sealed import ERASED
from tests.fakes.intake import FakeStarter, Town, plan_of
from tests.fakes.records import SOURCE, binary, data

SAID = data(
    category="garbage",
    text="垃圾桶满溢",
    place={"address": "荷塘村三组路口"},
    settled={"result": "巡查员当场清理"},
    suspended={"reason": "等待定制井座到货", "until": "2027-03-01T09:00:00+08:00"},
)
WORDS = ("垃圾桶满溢", "荷塘村三组路口", "巡查员当场清理", "等待定制井座到货")


@dataclass
class Sealing:
    """`erased`: cases of which nothing is kept."""

    erased: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def of(self, cases: Collection[tuple[str, str]]) -> "Sealing":
        self.asked += cases
        return self

    def seal(self, tenant: str, case_id: str, text: str) -> str:
        if not text:
            return text
        return ERASED if case_id in self.erased else f"sealed.v1.{case_id}.{text.encode().hex()}"

    def blind(self, tenant: str, text: str) -> str:
        return text.encode().hex()[::-1]


@dataclass
class Starter(FakeStarter):
    started: list[CasePlan] = field(default_factory=list)

    @override
    async def start(self, plan: CasePlan) -> bool:
        self.started.append(plan)
        return await super().start(plan)


async def test_what_starts_a_case_has_no_word_and_the_rules_saw_all_of_them() -> None:
    seen: list[Complaint] = []

    def planning(policy: Policy, complaint: Complaint, before: Sequence[str] = ()) -> CasePlan:
        seen.append(complaint)
        return plan_of(policy, complaint, before)

    starter, sealing = Starter(), Sealing()
    town = Town(starter=starter, sealing=sealing, plan=planning)

    await town.intake().handle([binary(SAID, offset=0, id="1")])

    [complaint] = seen
    [plan] = starter.started
    assert all(word in repr(complaint) for word in WORDS)
    assert not any(word in repr(plan) for word in WORDS)
    assert plan.complaint == replace(
        complaint,
        text=plan.complaint.text,
        place=replace(complaint.place, address=plan.complaint.place.address),
        standing=replace(
            complaint.standing,
            result=plan.complaint.standing.result,
            reason=plan.complaint.standing.reason,
        ),
    )
    assert sealing.asked == [("youchegang", case_id_of("youchegang", SOURCE, "1"))]


async def test_a_case_that_is_started_again_says_of_an_erased_person_nothing() -> None:
    """What `sanban reconcile --repair` reads on the topic still has the words."""
    case_id = case_id_of("youchegang", SOURCE, "1")
    starter = Starter()
    town = Town(starter=starter, sealing=Sealing({case_id}))

    await town.intake().start_again(binary(SAID, offset=0, id="1"), case_id)

    [plan] = starter.started
    assert not any(word in repr(plan) for word in WORDS)
    assert plan.complaint.text == plan.complaint.standing.result == ERASED
