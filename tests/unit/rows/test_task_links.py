"""Row 46: an outside party handles one task by a one-time link, without an account."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.events import CommandRefused
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask
from domain.case.outside_links import (
    MOST_TRIES,
    LinkEnd,
    digest_of,
    named_by,
    proof_of,
    token_of,
)
from domain.case.participants import inbox
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.refusals import Refusal
from domain.case.task_links.acts import GiveLink, ReportByLink, RevokeLink
from domain.case.task_links.facts import LinkEnded, LinkGiven, LinkTried
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role
from schemas.journal import body_of
from tests.acts import PHOTO
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story, only

NINE, TEN, NOON = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-01 12:00")
TOMORROW = at("2026-07-02 10:00")
CASE = "7kq2m-9xa4t-bnc2w"
TOKEN = token_of(CASE, "task-1", "A" * 32)
OTHER = token_of(CASE, "task-1", "B" * 32)
KNOWN = replace(LOOKUP, kinds=(("water", "outside-party"),))
PARTY = Actor("link of task-1", Role.OUTSIDE, "water")


def link(token: str = TOKEN, **changes: object) -> GiveLink:
    digest = digest_of(proof_of(token))
    given = GiveLink(part="task-1", party="water", sha256=digest, until=TOMORROW)
    return replace(given, **changes)  # type: ignore[arg-type]


def by_link(token: str = TOKEN) -> ReportByLink:
    return ReportByLink(part="task-1", proof=proof_of(token), text="扫净了", evidence=(PHOTO,))


def tasked(evidence: int = 1, rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    story.do(GiveTask(unit="water", what="Sweep the yard.", evidence=evidence), NINE)
    return story


def linked(rules: int = RULES) -> Story:
    story = tasked(rules=rules)
    story.do(link(), TEN, lookup=KNOWN)
    return story


def test_a_token_names_its_case_and_task_and_nothing_else_does() -> None:
    assert named_by(TOKEN) == (CASE, "task-1")
    assert [named_by(said) for said in ("", CASE, f"{CASE}.task-1.", f"{CASE}.x.{'A' * 32}")] == [
        None
    ] * 4


def test_the_party_reports_once_and_the_link_has_ended() -> None:
    story = linked()
    facts = story.do(by_link(), NOON, by=PARTY)
    [moved] = only(facts, PartMoved)
    code, _ = story.refused(by_link(), NOON, by=PARTY)

    assert moved.to is PartState.REPORTED
    assert moved.note == "by its link"
    assert only(facts, LinkEnded) == [LinkEnded(part="task-1", because=LinkEnd.USED)]
    assert code is Refusal.WRONG_LINK
    assert story.part("task-1").heard == ("water",)


def test_the_journal_has_neither_token_nor_proof() -> None:
    story = linked()
    story.do(by_link(), NOON, by=PARTY)
    rows = b"".join(body_of(CASE, event) for event in story.events)

    assert proof_of(TOKEN).encode() not in rows
    assert TOKEN.encode() not in rows
    assert digest_of(proof_of(TOKEN)).encode() in rows


def test_who_reads_the_journal_cannot_report() -> None:
    story = linked()
    [given] = story.case.task_links or ()
    read = replace(by_link(), proof=given.sha256)
    facts = story.tried(read, NOON, by=PARTY, lookup=LOOKUP)

    assert [type(fact) for fact in facts] == [LinkTried, CommandRefused]
    assert story.part("task-1").state is PartState.OPEN


def test_wrong_tries_are_counted_and_take_the_link_from_no_one() -> None:
    story = linked()
    tries = range(MOST_TRIES * 3)
    rows = [story.tried(by_link(OTHER), NOON, by=PARTY, lookup=LOOKUP) for _ in tries]
    facts = story.do(by_link(), NOON, by=PARTY)

    assert [fact.tries for facts in rows for fact in only(facts, LinkTried)] == [*range(1, 16)]
    assert only(facts, LinkEnded) == [LinkEnded(part="task-1", because=LinkEnd.USED)]


def test_the_lead_is_asked_once_to_look_at_wrong_tries() -> None:
    story = linked()
    rows = [
        story.tried(by_link(OTHER), NOON, by=PARTY, lookup=LOOKUP) for _ in range(MOST_TRIES * 2)
    ]
    [urge] = story.case.open_parts(PartKind.URGE)
    opened = [len(only(facts, PartOpened)) for facts in rows]

    assert opened == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert urge.units == ("squad",)
    assert "squad" in inbox(story.case)
    [asked] = [each for facts in rows for each in only(facts, PartOpened)]
    assert "a wrong token was tried 5 times for the link of task-1: ask water" in str(asked.terms)


def test_a_case_of_an_earlier_release_ends_a_link_that_was_tried_too_often() -> None:
    story = linked(rules=2)
    rows = [story.tried(by_link(OTHER), NOON, by=PARTY, lookup=LOOKUP) for _ in range(MOST_TRIES)]
    right, told = story.refused(by_link(), NOON, by=PARTY)

    assert [fact.tries for facts in rows for fact in only(facts, LinkTried)] == [1, 2, 3, 4, 5]
    assert only(rows[-1], LinkEnded) == [LinkEnded(part="task-1", because=LinkEnd.GUESSED)]
    assert right is Refusal.WRONG_LINK
    assert told == only(rows[0], CommandRefused)[0].detail  # no answer says which it was


def test_a_wrong_try_is_answered_as_a_task_without_a_link() -> None:
    without = tasked().refused(by_link(), NOON, by=PARTY)
    [fact] = only(linked().tried(by_link(OTHER), NOON, by=PARTY, lookup=LOOKUP), CommandRefused)

    assert without == (fact.refusal, fact.detail)


def test_a_link_is_over_at_its_moment() -> None:
    code, _ = linked().refused(by_link(), TOMORROW, by=PARTY)

    assert code is Refusal.WRONG_LINK


def test_a_link_is_revoked_with_a_reason() -> None:
    story = linked()
    story.do(RevokeLink(part="task-1", reason="寄错了"), NOON)
    code, _ = story.refused(by_link(), NOON, by=PARTY)
    again, _ = story.refused(RevokeLink(part="task-1", reason="寄错了"), NOON)

    assert code is Refusal.WRONG_LINK
    assert again is Refusal.NO_SUCH_PART


def test_another_link_replaces_the_first() -> None:
    story = linked()
    facts = story.do(link(OTHER), NOON, lookup=KNOWN)
    story.tried(by_link(), NOON, by=PARTY, lookup=LOOKUP)
    before = story.part("task-1").state
    story.do(by_link(OTHER), NOON, by=PARTY)

    assert [type(fact) for fact in facts] == [LinkEnded, LinkGiven]
    assert before is PartState.OPEN
    assert story.part("task-1").state is PartState.REPORTED


def test_a_report_without_the_files_that_the_task_needs_leaves_the_link_open() -> None:
    story = tasked(evidence=2)
    story.do(link(), TEN, lookup=KNOWN)
    code, _ = story.refused(by_link(), NOON, by=PARTY)
    more = (PHOTO, replace(PHOTO, sha256="5" * 64))
    story.do(replace(by_link(), evidence=more), NOON, by=PARTY)

    assert code is Refusal.MISSING_EVIDENCE
    assert story.part("task-1").state is PartState.REPORTED


def test_a_waived_task_takes_no_report() -> None:
    story = linked()
    story.do(Waive(part="task-1", reason="Rain."), NOON)
    code, _ = story.refused(by_link(), NOON, by=PARTY)

    assert code is Refusal.WRONG_LINK


@pytest.mark.parametrize("digest", ["", "A" * 64, "a" * 63, "g" * 64])
def test_no_link_is_given_for_what_is_no_digest(digest: str) -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        link(sha256=digest)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (link(party="squad"), Refusal.NOT_YOUR_PART),
        (link(until=at("2026-09-01 10:00")), Refusal.BAD_DATE),
        (link(until=NINE), Refusal.BAD_DATE),
        (link(part="task-2"), Refusal.NO_SUCH_PART),
    ],
)
def test_a_link_is_for_one_task_one_party_and_some_days(act: GiveLink, code: Refusal) -> None:
    assert tasked().refused(act, TEN, lookup=KNOWN)[0] is code


def test_people_with_accounts_get_no_link() -> None:
    code, words = tasked().refused(link(), TEN)

    assert code is Refusal.NO_POWER
    assert "water is of kind department, whose people act themselves" in words


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR, Role.AUXILIARY])
def test_the_lead_alone_gives_a_link(role: Role) -> None:
    assert tasked().refused(link(), TEN, by=ACTORS[role], lookup=KNOWN)[0] is Refusal.WRONG_ROLE


def test_the_party_does_nothing_else() -> None:
    story = linked()
    for kind in ("comment", "progress", "report", "resolve", "revoke_link"):
        assert story.refused(kind, NOON, by=PARTY)[0] is Refusal.WRONG_ROLE, kind


def test_the_lead_checks_what_came_by_a_link() -> None:
    story = linked()
    story.do(by_link(), NOON, by=PARTY)
    story.do("check", NOON, by=ACTORS[Role.UNIT_HEAD])

    assert story.part("task-1").state is PartState.DONE


def test_who_gave_the_link_does_not_check_what_came_by_it() -> None:
    story = linked()
    giver = story.events[-1].actor
    story.do(by_link(), NOON, by=PARTY)
    check = Check(part="task-1", passed=True, note="Swept.")
    code, words = story.refused(check, NOON, by=giver)

    assert code is Refusal.SAME_PERSON
    assert f"{giver.id} gave the link by which task-1 was reported" in words
    story.do(check, NOON, by=ACTORS[Role.DISPATCHER])
    assert story.part("task-1").state is PartState.DONE
