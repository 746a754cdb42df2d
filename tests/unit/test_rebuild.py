"""Cases folded again from their rows, and what they have told each other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.audit.hash_chain import Row, genesis, link
from domain.case.closing.acts import Withdraw
from domain.case.cross_case_messages import cross_case_messages
from domain.case.events import Event
from domain.case.merging.acts import Follow, Join, Leave
from domain.case.state import Case
from runtime.jobs.rebuild.folding import BrokenChain, folded, sound
from runtime.jobs.rebuild.messages import sent_by
from runtime.jobs.rebuild.report import RebuildProgress, RebuildReport, RebuildResult
from schemas.journal import body_of
from store.cases.rebuilding import StoredCase
from tests.acts import OTHER_CASE
from tests.builders import give, opened
from tests.town import OPENED, hours

FOLLOWER = "3c0de-3c0de-3c0de"


def lived(*acts: str) -> tuple[Case, list[Event]]:
    """A case and all its events; each act an hour after the one before."""
    case = opened()
    events = [*give(None, "open", OPENED).events]
    for number, act in enumerate(acts, start=1):
        decision = give(case, act, OPENED + hours(number))
        case, events = decision.case, [*events, *decision.events]
    return case, events


def kept(case_id: str, events: Sequence[Event]) -> StoredCase:
    rows, last = list[Row](), genesis(case_id)
    for event in events:
        body = body_of(case_id, event)
        rows.append(Row(case_id, event.seq, last, link(last, body), body))
        last = rows[-1].hash
    return StoredCase(case_id, len(rows), tuple(rows), None)


def test_a_case_is_folded_to_what_it_was() -> None:
    case, events = lived("sign", "progress", "comment")
    found = folded(kept(case.case_id, events))

    assert case == found.case
    assert events == found.events


def test_rows_that_do_not_hold_together_are_named_and_the_others_folded_all_the_same() -> None:
    case, events = lived("sign")
    whole = kept(case.case_id, events)
    cut = replace(whole, rows=whole.rows[:-1])
    swapped = replace(whole, rows=(*whole.rows[:-2], *whole.rows[:-3:-1]))
    unknown = replace(whole, head=5, rows=_newer(whole.rows))
    no_life = kept(case.case_id, [replace(events[-1], seq=1)])
    report = RebuildReport(dry=False)
    found = sound([cut, whole, swapped, unknown, no_life], report)

    assert [case] == [each.case for each in found]
    assert 4 == report.number(RebuildResult.BROKEN)
    assert [
        "its head is at row 4, and 3 rows are kept",
        "row 3 is missing; the next one kept is 4",
        "row 5 is of no form that this release reads",
        "its rows are no life of a case",
    ] == [each.detail.replace("row 3 row 3", "row 3") for each in report.listed]
    with pytest.raises(BrokenChain):
        folded(cut)


def _newer(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    body = b'{"v":2}'
    last = rows[-1]
    return (*rows, Row(last.case_id, 5, last.hash, link(last.hash, body), body))


def test_what_a_case_told_others_is_said_in_order_and_by_the_same_names() -> None:
    """As its workflow did, which has all that was journaled together before it speaks."""
    case, events = lived("merge", "unmerge", "merge")
    decision = give(case, Withdraw(reason="Solved."), OPENED + hours(9))
    found = list(sent_by([*events, *decision.events]))

    assert [
        (OTHER_CASE, Join),
        (OTHER_CASE, Leave),
        (OTHER_CASE, Join),
        (OTHER_CASE, Leave),
    ] == [(each.to, type(each.message.act)) for each in found]
    last = decision.events[-1]
    [(_, act)] = cross_case_messages(decision.case, last)
    assert f"{case.case_id}:{last.seq}:0" == found[-1].message.id
    assert act == found[-1].message.act
    assert [True, False, True, False] == [each.back is not None for each in found]
    assert isinstance(found[0].back and found[0].back.act, Follow)
    assert len(found) == len({each.message.id for each in found})


def test_all_that_follow_a_case_are_told_of_its_end() -> None:
    case, events = lived()
    joining = give(case, Join(case=FOLLOWER), OPENED + hours(1), by=None)
    ending = give(joining.case, "withdraw", OPENED + hours(2))

    assert [FOLLOWER] == [each.to for each in sent_by([*events, *joining.events, *ending.events])]


def test_a_report_counts_all_and_names_what_changed_or_is_wrong() -> None:
    named = list[str]()
    report = RebuildReport(dry=True, tell=lambda found: named.append(found.case_id))
    for number in range(501):
        report.add(RebuildResult.RUNS, f"c{number}")
        report.add(RebuildResult.BEGUN, f"c{number}")
    report.add(RebuildResult.FAILED, "too-large", "larger than max")

    assert [*(f"c{number}" for number in range(500)), "too-large"] == named
    assert {"runs": 501, "begun": 501, "failed": 1} == report.as_json()["counts"]


def test_progress_is_told_now_and_then_and_not_with_every_case() -> None:
    lines = list[str]()
    progress = RebuildProgress(10, lines.append)
    for _ in range(4):
        progress.more(1)
    silent = list(lines)
    progress._told -= timedelta(seconds=10).total_seconds()
    progress.more(1)

    assert [] == silent
    assert 1 == len(lines)
    assert lines[0].startswith("5 of 10 cases, ")
