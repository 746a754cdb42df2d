"""Stages of a case as a workflow hands them to the journal."""

from datetime import UTC, datetime, timedelta

from domain.audit.hash_chain import canonical
from schemas.records import Batch, CaseRow

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def body(case_id: str, seq: int, **more: object) -> str:
    at = (AT + timedelta(minutes=seq)).isoformat()
    return canonical({"at": at, "case": case_id, "kind": "commented", "seq": seq, **more}).decode()


def row(case_id: str, seq: int, **changes: object) -> CaseRow:
    plain: dict[str, object] = {
        "case_id": case_id,
        "tenant": "youchegang",
        "tier": "assign",
        "stage": "dispatched",
        "holder": "chengguan",
        "grid": "g-07",
        "category": "noise",
        "urgency": "normal",
        "channel": "hotline",
        "title": "夜间施工噪音",
        "level": 0,
        "received_at": AT,
        "citizen_due": AT + timedelta(days=5),
        "next_due": AT + timedelta(days=1),
        "next_clock": "holder",
        "closed_at": None,
        "policy": "p1",
        "seq": seq,
    }
    return CaseRow.model_validate(plain | changes)


def stage(case_id: str, first_seq: int, rows: int = 1, **changes: object) -> Batch:
    """`rows` journal rows from `first_seq` on, and the read-model row after them."""
    last = first_seq + rows - 1
    return Batch(
        case_id=case_id,
        first_seq=first_seq,
        bodies=tuple(body(case_id, seq) for seq in range(first_seq, last + 1)),
        row=row(case_id, last, **changes),
    )
