"""A wrong word of `cases act` is answered with the right ones."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.case.commands import Actor
from domain.complaints import Evidence
from domain.people.rosters import Person, Roster
from domain.policy.model import Policy
from domain.vocabulary import Role
from gateways.holidays import china
from packs import pack_of
from runtime.cli.act_arguments import KINDS, MOST_LISTED, actor_for, message_for
from runtime.problems import Problem
from schemas.commands import CommandMessage
from store.packs.loader import load_pack
from tests.acts import ACTS
from tests.pictures import fresh_photo
from tests.town import OPENED


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


def with_people(town: Policy, number: int) -> Policy:
    """Return the town with the persons p000, p001, ..."""
    people = tuple(Person(f"p{n:03}", "某", "desk", (Role.HANDLER,)) for n in range(number))
    return replace(town, roster=Roster("Asia/Shanghai", people, ("p000",)))


def advice(policy: Policy | None, person: str, kind: str) -> str:
    with pytest.raises(Problem) as caught:
        actor_for(policy, person, kind, OPENED)
    return str(caught.value).partition(" -- ")[2]


def test_a_command_like_no_other_is_answered_with_all_commands() -> None:
    assert advice(None, "", "weather") == "choose from: " + ", ".join(sorted(KINDS))


def test_a_command_with_a_slip_is_answered_with_the_nearest(town: Policy) -> None:
    assert advice(town, "", "sing") == "did you mean sign?"


@pytest.mark.parametrize("number", [1, MOST_LISTED])
def test_a_short_roster_is_listed(town: Policy, number: int) -> None:
    names = ", ".join(f"p{n:03}" for n in range(number))

    assert advice(with_people(town, number), "", "sign") == f"give --as; choose from: {names}"


def test_a_long_roster_is_cut_and_says_so(town: Policy) -> None:
    told = advice(with_people(town, MOST_LISTED + 4), "", "sign")

    assert told.endswith("p029, and 4 more in roster.yaml")


LU = Actor("lu-fang", Role.HANDLER, "hetang-village")
UNTIL = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def test_moments_numbers_and_truth_values_are_read() -> None:
    suspend = message_for("suspend", ["reason=等鉴定", "until=2026-12-01t10:00:00+08:00"], LU, "a")
    extend = message_for("ask_extension", ["hours=8", "reason=雨"], LU, "b")
    verify = message_for("verify", ["passed=false", "note=未清"], LU, "c")

    assert getattr(suspend.act, "until", None) == UNTIL
    assert getattr(extend.act, "hours", None) == 8
    assert getattr(verify.act, "passed", None) is False


@pytest.mark.parametrize(
    ("kind", "field", "told"),
    [
        ("suspend", "until=1795828320", "until: is no date and time as in RFC 3339; write 2026-"),
        ("suspend", "until=2026-12-01", "until: is no date and time as in RFC 3339; write 2026-"),
        ("suspend", "until=2026-12-01T10:00:00", "until: has no offset; write 2026-"),
        ("ask_extension", "hours=1_0", "hours: must be a whole number; write digits alone"),
        ("ask_extension", "hours= 8", "hours: must be a whole number; write digits alone"),
        ("ask_extension", "hours=1e1", "hours: must be a whole number; write digits alone"),
        ("ask_extension", "hours=8.0", "hours: must be a whole number; write digits alone"),
        ("ask_extension", "hours=８", "hours: must be a whole number; write digits alone"),
        ("report_action", "counters=dogs:4_0", "counters: must be a whole number; write digits"),
        ("verify", "passed=1", "passed: must be true or false"),
        ("verify", "passed=yes", "passed: must be true or false"),
        ("ask_extension", "reason=雨", "hours: is missing; add it"),
    ],
)
def test_no_other_spelling_is_guessed_at(kind: str, field: str, told: str) -> None:
    with pytest.raises(Problem) as caught:
        message_for(kind, [field], LU, "a")

    assert f"{kind}: {told}" in str(caught.value)


def test_evidence_is_a_number_of_files_for_a_task_and_files_for_a_report(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(fresh_photo())

    task = message_for("give_task", ["unit=squad", "what=清运", "evidence=2"], LU, "a")
    report = message_for("progress", ["note=清了", f"evidence={photo}"], LU, "b")

    assert getattr(task.act, "evidence", None) == 2
    assert [each.uri for each in getattr(report.act, "evidence", ())] == [photo.as_uri()]


def test_what_a_command_takes_shows_what_may_be_given_several_times() -> None:
    told = {}
    for kind in ("give_task", "progress", "report_action"):
        with pytest.raises(Problem) as caught:
            message_for(kind, ["colour=red"], LU, "a")
        told[kind] = str(caught.value)

    assert "evidence=, " in told["give_task"] + ", "
    assert "evidence=..." in told["progress"]
    assert "counters=..." in told["report_action"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_every_command_can_be_given(kind: str, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(fresh_photo())
    act, role = ACTS[kind]
    said = CommandMessage(id="a", actor=Actor("li", role), act=act).model_dump(mode="json")["act"]
    typed = [
        f"{name}={_typed(each, photo)}"
        for name, value in said.items()
        if name != "kind" and value is not None
        for each in (value if isinstance(value, list) else [value])
    ]

    given = message_for(kind, typed, LU, "a").model_dump(mode="json")["act"]

    for each in (said, given):  # the photo is another file than the example's
        if isinstance(each.get("evidence"), list):
            each["evidence"] = len(each["evidence"])
    assert given == said


def _typed(value: Any, photo: Path) -> str:
    match value:
        case bool():
            return str(value).lower()
        case {"sha256": _}:
            return str(photo)
        case dict():
            one, other = value.values()
            return f"{one}:{other}"
        case _:
            return str(value)


def files_of(*fields: str) -> tuple[Evidence, ...]:
    return getattr(message_for("progress", ["note=x", *fields], LU, "a").act, "evidence", ())


def test_when_a_picture_was_taken_is_said_after_its_name(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(fresh_photo())
    [file] = files_of(f"evidence={photo}@2026-12-01T10:00:00+08:00")

    assert file.taken_at == UNTIL
    assert file.uri == photo.as_uri()
    assert files_of(f"evidence={photo}")[0].taken_at is None


def test_an_empty_file_is_no_evidence(tmp_path: Path) -> None:
    photo = tmp_path / "zero.jpg"
    photo.write_bytes(b"")

    with pytest.raises(Problem, match="is empty"):
        files_of(f"evidence={photo}")


@pytest.mark.parametrize("name", ["after.jpg", "after.HEIC", "map.svg", "paper.pdf", "clip.mp4"])
def test_a_text_is_no_picture_paper_or_recording_whatever_its_name(
    tmp_path: Path, name: str
) -> None:
    text = tmp_path / name
    text.write_text("清了")

    with pytest.raises(Problem, match="and is none -- attach the photo"):
        files_of(f"evidence={text}")


def test_a_picture_that_cannot_be_opened_is_no_evidence(tmp_path: Path) -> None:
    half = tmp_path / "half.jpg"
    half.write_bytes(fresh_photo()[:100])

    with pytest.raises(Problem, match="is no picture that can be opened"):
        files_of(f"evidence={half}")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo", fresh_photo(), "image/jpeg"),
        ("photo.png", fresh_photo(), "image/jpeg"),
        ("scan", b"%PDF-1.4\n", "application/pdf"),
        ("photo", b"no picture", "text/plain"),
        ("list.csv", b"a,b", "text/csv"),
        ("clip.mp4", b"\0\0\0\x18ftypmp42\xff", "video/mp4"),
        ("raw", b"\0\xff", "application/octet-stream"),
    ],
)
def test_the_kind_of_a_file_is_what_its_bytes_say(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert kind == files_of(f"evidence={tmp_path / name}")[0].media_type


def test_a_file_may_have_an_at_sign_in_its_name(tmp_path: Path) -> None:
    photo = tmp_path / "a@2026-12-01T10:00:00+08:00"
    photo.write_bytes(b"x")

    assert files_of(f"evidence={photo}")[0].taken_at is None
    assert files_of(f"evidence={photo}@2026-12-01T10:00:00+08:00")[0].taken_at == UNTIL


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("yesterday", "is no date and time as in RFC 3339"),
        ("2026-12-01T10:00:00", "has no offset"),
    ],
)
def test_when_a_picture_was_taken_has_one_spelling(tmp_path: Path, moment: str, told: str) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(fresh_photo())
    with pytest.raises(Problem) as caught:
        files_of(f"evidence={photo}@{moment}")

    assert told in str(caught.value)
    assert "evidence=FILE@2026-11-30T08:00:00+08:00" in str(caught.value)


def test_the_recorder_of_a_file_is_said_after_the_moment(tmp_path: Path) -> None:
    clip = tmp_path / "a@b.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42")
    [file] = files_of(f"evidence={clip}@2026-12-01T10:00:00+08:00@recorder-1")

    assert file.recorder == "recorder-1"
    assert file.taken_at == UNTIL
    assert file.uri == clip.as_uri()
