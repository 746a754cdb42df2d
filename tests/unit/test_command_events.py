"""Decoding commands: every record is a command for a case, or Unreadable with a stable code."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.decoding.command_events import read
from consumers.decoding.contents import leaves
from consumers.decoding.unreadable import Unreadable
from domain.audit.hash_chain import canonical
from domain.case.commands import Actor
from domain.case.handling.acts import Progress
from domain.vocabulary import OVERSEERS, Role
from schemas.commands import CommandMessage
from schemas.events.case_commands import COMMANDED, command_id_of
from schemas.events.complaint import FILED
from schemas.intake import Record, RejectReason
from tests.acts import ACTS
from tests.fakes.commands import CASE, HEADERS, SOURCE, SQUAD, data, sent
from tests.fakes.records import IN_JSON, as_json
from tests.unit.test_events_fuzz import ANYTHING
from workflows.command_limits import LONGEST

ENVELOPE = {"specversion": "1.0", "id": "c-1", "source": SOURCE, "type": COMMANDED}
SCHEMA_VIOLATION = RejectReason.SCHEMA_VIOLATION
OURS = sorted(kind for kind, (_, role) in ACTS.items() if role is not Role.ENGINE)


def refusal(record: Record) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(record)
    return caught.value


def acting(**act: object) -> Record:
    return sent(as_json(data(act=act)))


def test_both_modes_give_the_same_command() -> None:
    binary = read(sent(as_json(data())))
    structured = read(sent(as_json(ENVELOPE | {"data": data()}), IN_JSON))

    assert binary == structured
    assert binary.tenant == "youchegang"
    assert binary.case_id == CASE
    assert binary.source == SOURCE
    assert binary.event_id == "c-1"
    assert binary.message.id == command_id_of(SOURCE, "c-1")
    assert binary.message.actor == Actor("li", Role.HANDLER, "squad")
    assert binary.message.act == Progress(note="On the way.")


@pytest.mark.parametrize("kind", OURS)
def test_every_act_that_people_have_can_be_sent(kind: str) -> None:
    act, role = ACTS[kind]
    message = CommandMessage(id="x", actor=Actor("li", role), act=act)
    said = message.model_dump(mode="json")["act"]

    assert read(sent(as_json(data(act=said)))).message.act == act


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ENGINE, *OVERSEERS}])
def test_every_role_but_the_engine_may_speak(role: Role) -> None:
    assert read(sent(as_json(data(actor=SQUAD | {"role": role})))).message.actor.role is role


@pytest.mark.parametrize("role", sorted(OVERSEERS))
def test_who_acts_on_no_case_does_not_speak_at_all(role: Role) -> None:
    refused = refusal(sent(as_json(data(actor=SQUAD | {"role": role}))))

    assert refused.reason is SCHEMA_VIOLATION
    assert "data.actor.role: acts on no case" in refused.detail


def test_nobody_outside_speaks_as_the_engine() -> None:
    refused = refusal(sent(as_json(data(actor=SQUAD | {"role": "engine"}))))

    assert refused.reason is SCHEMA_VIOLATION
    assert "data.actor.role: " in refused.detail
    assert "is the engine's own" in refused.detail


@pytest.mark.parametrize(
    "kind",
    [
        "open",
        "ring",
        "join",
        "leave",
        "follow",
        "pass_on",
        "stay_merged",
        "tell_meeting",
        "keep_notice",
    ],
)
def test_what_only_the_engine_does_is_no_act(kind: str) -> None:
    refused = refusal(acting(kind=kind))

    assert refused.detail == ("data.act.kind: is no kind that the schema lists; check its spelling")


LATE = {"kind": "suspend", "reason": "x"}
LONGER = {"kind": "ask_extension", "reason": "x"}
CUT = {"kind": "resolve", "result": "x", "evidence": [{"sha256": "a", "uri": "b"}]}
UPPER = {"sha256": "A" * 64, "uri": "b", "media_type": "c"}
SPELT = {"kind": "resolve", "result": "x", "evidence": [UPPER]}
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"tenant": None}, "data.tenant: is missing; add it"),
    ({"case": "7kq2m"}, "data.case: "),
    ({"case": CASE.upper()}, "data.case: "),
    ({"actor": {"id": "li"}}, "data.actor.role: is missing; add it"),
    ({"actor": SQUAD | {"id": " "}}, "data.actor.id: "),
    ({"actor": SQUAD | {"name": "x"}}, "data.actor.name: is not a field of the schema"),
    ({"act": {}}, "data.act.kind: is missing; add it"),
    ({"act": "sign"}, "data.act: "),
    ({"act": {"kind": "progress"}}, "data.act.note: is missing; add it"),
    ({"act": {"kind": "sign", "txet": "x"}}, "data.act.txet: is not a field of the schema"),
    ({"act": {"kind": "sign", "13800000000": "x"}}, "data.act.(a field with an unusual name): "),
    ({"act": {"kind": "verify", "passed": "true"}}, "data.act.passed: "),
    ({"act": LONGER | {"hours": "4"}}, "data.act.hours: "),
    ({"act": LONGER | {"hours": 10**9}}, "data.act.hours: must"),
    ({"act": LONGER | {"hours": -(10**30)}}, "data.act.hours: must"),
    ({"act": LATE | {"until": "2026-12-01T09:00:00"}}, "data.act.until: has no offset"),
    ({"act": LATE | {"until": "9999-12-31T23:59:59-14:00"}}, "data.act.until: must lie"),
    ({"act": LATE | {"until": 1790000000}}, "data.act.until: "),
    ({"act": CUT}, "data.act.evidence[0].media_type: is missing"),
    ({"act": SPELT}, "sha256 is not 64 hex digits"),
    ({"id": "c-2"}, "data.id: is not a field of the schema"),
    ({"schema_version": 1}, "data.schema_version: is not a field of the schema"),
    ({"act": LATE | {"until": "1795828320"}}, "data.act.until: is no date and time as in RFC 3339"),
    ({"act": LONGER | {"hours": True}}, "data.act.hours: must be a whole number"),
    ({"act": LONGER | {"hours": 1.5}}, "data.act.hours: must be a whole number"),
    ({"act": {"kind": "progress", "note": None}}, "data.act.note: is missing; add it"),
]


@pytest.mark.parametrize(("changes", "told"), MISTAKES, ids=[told for _, told in MISTAKES])
def test_a_mistake_is_told_where_it_is(changes: dict[str, Any], told: str) -> None:
    refused = refusal(sent(as_json(data(**changes))))

    assert refused.reason is SCHEMA_VIOLATION
    assert told in refused.detail


def test_what_was_written_is_never_repeated() -> None:
    private = "沈女士 13800000000"
    for body in (
        data(act={"kind": private}),
        data(act={"kind": "sign", private: 1}),
        data(case=private),
    ):
        assert private not in refusal(sent(as_json(body))).detail


@pytest.mark.parametrize("key", [b"7kq2m", CASE.upper().encode(), f"{CASE} ".encode(), b"\xff"])
def test_the_key_is_the_number_of_the_case(key: bytes) -> None:
    assert refusal(sent(as_json(data()), key=key)).reason is RejectReason.WRONG_KEY


def test_without_a_key_the_partitionkey_is_the_key() -> None:
    for key in (None, b""):
        assert read(sent(as_json(data()), key=key)).case_id == CASE
        for named in (CASE, "another"):
            headers = HEADERS | {"ce_partitionkey": named.encode()}
            record = sent(as_json(data()), headers, key=key)
            if named == CASE:
                assert read(record).case_id == CASE
            else:
                assert refusal(record).reason is RejectReason.WRONG_KEY


@pytest.mark.parametrize(
    ("event_type", "reason"),
    [
        (FILED, RejectReason.UNSUPPORTED_TYPE),
        ("org.sanban.case.command.v2", RejectReason.UNSUPPORTED_VERSION),
        ("org.sanban.case.commanded.v1", RejectReason.UNSUPPORTED_TYPE),
    ],
)
def test_the_topic_takes_commands_alone(event_type: str, reason: RejectReason) -> None:
    refused = refusal(sent(as_json(data()), HEADERS | {"ce_type": event_type.encode()}))

    assert refused.reason is reason
    assert COMMANDED in refused.detail


def test_what_is_too_large_or_not_utf8_or_half_a_letter_is_named() -> None:
    assert refusal(sent(b"x" * 2**20)).reason is RejectReason.TOO_LARGE
    assert refusal(sent(b"\xff")).reason is RejectReason.NOT_UTF8
    assert refusal(acting(kind="progress", note="\ud800")).reason is RejectReason.NOT_UTF8
    assert refusal(sent(b"[" * 100_000)).reason is RejectReason.TOO_DEEP


# --- Whatever comes, it ends in a reason or in a command that a case and its journal can take.

KINDS = st.sampled_from([*OURS, "open", "ring"])
FIELDS = st.sampled_from(
    sorted({name for act, _ in ACTS.values() for name in asdict(act)} | {"other"})
)
ACT = st.builds(
    lambda kind, usual, changes: usual | changes | {"kind": kind},
    KINDS,
    st.sampled_from([{"note": "x"}, {"part": "x", "granted": True, "reason": "x"}, {}]),
    st.dictionaries(FIELDS, ANYTHING, max_size=3),
)
BROKEN = st.builds(
    lambda act, changes: data(act=act) | changes,
    ACT | ANYTHING,
    st.dictionaries(st.sampled_from(["tenant", "case", "actor", "other"]), ANYTHING, max_size=1),
)


def reads_or_refuses(record: Record) -> None:
    try:
        seen = read(record)
    except Unreadable:
        return
    for _, value in leaves(asdict(seen.message.act), ""):
        if isinstance(value, int | str):
            canonical({"value": value})


@given(st.none() | st.binary(), st.lists(st.tuples(st.sampled_from([*HEADERS, "x"]), st.binary())))
def test_no_bytes_break_the_decoder(
    value: bytes | None, extra: list[tuple[str, bytes | None]]
) -> None:
    reads_or_refuses(sent(value, [*HEADERS.items(), *extra]))


@given(BROKEN)
def test_no_content_breaks_the_decoder(body: dict[str, object]) -> None:
    reads_or_refuses(sent(as_json(body)))


@given(BROKEN, st.dictionaries(st.sampled_from([*ENVELOPE, "time", "subject", "x"]), ANYTHING))
def test_no_envelope_breaks_the_decoder(
    body: dict[str, object], changes: dict[str, object]
) -> None:
    reads_or_refuses(sent(as_json(ENVELOPE | {"data": body} | changes), IN_JSON))


@given(st.integers(0, 3000), st.binary(max_size=8))
def test_no_broken_spot_breaks_the_decoder(place: int, bite: bytes) -> None:
    act = {"kind": "suspend", "reason": "等待", "until": "2027-03-01T09:00:00+08:00"}
    whole = as_json(data(act=act))
    place %= len(whole)

    reads_or_refuses(sent(whole[:place] + bite + whole[place + len(bite) :]))


def test_a_text_of_an_act_has_no_nul() -> None:
    refused = refusal(acting(kind="progress", note="a\0b"))

    assert refused.reason is SCHEMA_VIOLATION
    assert refused.detail == "data.act.note: contains a NUL character; remove it"


def test_an_act_has_no_more_text_than_a_case_keeps() -> None:
    refused = refusal(acting(kind="progress", note="a" * (LONGEST + 1)))

    assert refused.reason is RejectReason.COMMAND_UNFIT
    assert refused.detail.startswith("data.act: the texts have ")
