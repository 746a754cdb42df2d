"""The work that every program does: complaints of the shipped town, and three acts on each case."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from zlib import crc32

from domain.case.closing.acts import Resolve, Verify
from domain.case.commands import ENGINE, Actor, Command, HumanAct, Lookup
from domain.case.decide import decide
from domain.case.handling.acts import Sign
from domain.case.registration.acts import Open
from domain.complaints import Complaint, Evidence
from domain.planning.planner import plan
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.vocabulary import Role
from packs import pack_of
from runtime.clock import utc_now
from runtime.wiring.packs import HOLIDAYS
from schemas.commands import CommandMessage
from schemas.events.complaint import FILED, ComplaintFiled
from store.packs.loader import load_pack

SOURCE = "https://departments.example/bench"
# About as long as what a patrol writes.
TEXT = (
    "学校门口早晚高峰有多个流动摊贩占道经营，堵住人行道，学生只能走机动车道，"
    "油烟和垃圾也没有人管，请尽快处理。"
)
HANDLER = Actor("xu-meng", Role.HANDLER, "enforcement-squad")
VERIFIER = Actor("xie-bin", Role.VERIFIER, "platform")
PHOTO = Evidence("0" * 64, "s3://evidence/2026/11/after.jpg", "image/jpeg")
RESULT = "摊贩已劝离，路面已清扫，学校门口安排定点值守。"
ACTS: tuple[tuple[Actor, HumanAct], ...] = (
    (HANDLER, Sign()),
    (HANDLER, Resolve(result=RESULT, evidence=(PHOTO,))),
    (VERIFIER, Verify(passed=True, note="现场核查属实。")),
)


@cache
def town() -> Policy:
    """As shipped, but for who may file: the bench is no source of the town's."""
    return replace(load_pack(pack_of("youchegang"), HOLIDAYS), sources=())


def complaints(run: str, count: int) -> list[Complaint]:
    """As a department files them: nobody is to be called back, so verifying closes the case."""
    now = utc_now()
    return [
        ComplaintFiled.model_validate_json(_data(f"{run}-{number}", now)).to_domain(
            SOURCE, f"{run}-{number}"
        )
        for number in range(count)
    ]


def filed(complaint: Complaint) -> bytes:
    """The complaint as a CloudEvent in structured mode, as its publisher sends it."""
    envelope = {
        "specversion": "1.0",
        "id": complaint.event_id,
        "source": complaint.source,
        "type": FILED,
        "datacontenttype": "application/json",
        "time": complaint.reported_at.isoformat(),
        "data": json.loads(_data(complaint.complaint_id, complaint.reported_at)),
    }
    return json.dumps(envelope, ensure_ascii=False).encode()


def plan_of(complaint: Complaint) -> CasePlan:
    """As the town plans it, except that a closed case is archived at once: the end of its life."""
    return replace(plan(town(), complaint), reopen_window=timedelta(0))


def messages(case_id: str) -> list[CommandMessage]:
    """Signed, resolved, verified and thereby closed."""
    return [CommandMessage(id=f"{case_id}:{act.kind}", actor=actor, act=act) for actor, act in ACTS]


@cache
def rows_of_a_life() -> int:
    """How many journal rows a case has in the end."""
    opening = Command("open", ENGINE, Open(plan=plan_of(complaints("count", 1)[0])))
    case = decide(None, opening, utc_now()).case
    for message in messages(case.case_id):
        case = decide(case, message.to_domain(Lookup()), utc_now()).case
    if not case.stage.is_final:
        raise AssertionError(f"the life of the bench ends in {case.stage}")
    return case.seq


def case_ids(of: Sequence[Complaint]) -> list[str]:
    return [complaint.case_id for complaint in of]


def _data(complaint_id: str, reported_at: datetime) -> str:
    spot = crc32(complaint_id.encode())
    data = {
        "schema_version": 1,
        "tenant": town().tenant,
        "complaint_id": complaint_id,
        "channel": "department",
        "reported_at": reported_at.isoformat(),
        "text": TEXT,
        "category": "city-appearance",
        # A spot of its own: the third of one spot would be supervised, many would be a surge.
        "place": {
            "address": f"油车港镇中心小学北门{complaint_id}",
            "longitude": 110 + spot % 10_000 / 1000,
            "latitude": 25 + spot // 10_000 % 10_000 / 1000,
        },
    }
    return json.dumps(data, ensure_ascii=False)
