"""The work that every program does: complaints of the shipped town, and three acts on each case."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from domain.commands import Actor, Command, HumanAct, Lookup, Open, Resolve, Sign, Verify
from domain.commands import ENGINE
from domain.complaints import Complaint, Evidence
from domain.decisions import decide
from domain.plans import CasePlan
from domain.planning import plan
from domain.policies import Policy
from domain.words import Role
from packs import shipped_packs
from runtime.packs import HOLIDAYS
from schemas.commands import CommandMessage
from schemas.complaint import FILED, ComplaintFiled
from store.packs import load_pack

SOURCE = "https://bench.example/patrol"
# About as long as what a patrol writes.
TEXT = "学校门口早晚高峰有多个流动摊贩占道经营，堵住人行道，学生只能走机动车道，油烟和垃圾也没有人管，请尽快处理。"
HANDLER = Actor("zhang-handler", Role.HANDLER, "enforcement-squad")
VERIFIER = Actor("xie-bin", Role.VERIFIER, "platform")
PHOTO = Evidence("0" * 64, "s3://evidence/2026/11/after.jpg", "image/jpeg")
ACTS: tuple[tuple[Actor, HumanAct], ...] = (
    (HANDLER, Sign()),
    (HANDLER, Resolve(result="摊贩已劝离，路面已清扫，学校门口安排定点值守。", evidence=(PHOTO,))),
    (VERIFIER, Verify(passed=True, note="现场核查属实。")),
)


@cache
def town() -> Policy:
    return load_pack(shipped_packs()[0], HOLIDAYS)


def utc_now() -> datetime:
    return datetime.now(UTC)


def event(run: str, number: int) -> dict[str, object]:
    """As a patrol's own system would file it: a CloudEvent in structured mode."""
    return {
        "specversion": "1.0",
        "id": f"{run}-{number}",
        "source": SOURCE,
        "type": FILED,
        "datacontenttype": "application/json",
        "time": utc_now().isoformat(),
        "data": {
            "schema_version": 1,
            "tenant": town().tenant,
            "complaint_id": f"{run}-{number}",
            "channel": "patrol",
            "reported_at": utc_now().isoformat(),
            "text": TEXT,
            "category": "city-appearance",
            "place": {"address": "油车港镇中心小学北门", "longitude": 120.78, "latitude": 30.81},
        },
    }


def complaints(run: str, count: int) -> list[Complaint]:
    return [
        ComplaintFiled.model_validate_json(_json(event(run, number)["data"])).to_domain(
            SOURCE, f"{run}-{number}"
        )
        for number in range(count)
    ]


def plan_of(complaint: Complaint) -> CasePlan:
    return plan(town(), complaint)


def messages(case_id: str) -> list[CommandMessage]:
    """Signed, resolved, verified: the last one closes the case, as nobody is to be called back."""
    return [
        CommandMessage(id=f"{case_id}:{act.kind}", actor=actor, act=act) for actor, act in ACTS
    ]


@cache
def rows_of_a_life() -> int:
    """How many journal rows a case has in the end."""
    opened = plan_of(complaints("count", 1)[0])
    case = decide(None, Command("open", ENGINE, Open(plan=opened)), utc_now()).case
    for message in messages(case.case_id):
        case = decide(case, message.to_domain(Lookup()), utc_now()).case
    if not case.stage.is_final:
        raise AssertionError(f"the life of the bench ends in {case.stage}")
    return case.seq


def case_ids(of: Sequence[Complaint]) -> list[str]:
    return [complaint.case_id for complaint in of]


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
