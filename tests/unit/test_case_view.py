"""What `sanban cases show` says beyond the list of what happened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.campaigns.acts import Count
from domain.case.citizen.acts import PassOn, Rate, Supplement
from domain.case.closing.acts import Close
from domain.case.commands import ENGINE
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Convene, GiveTask, Report
from domain.case.merging.acts import Join
from domain.case.notices.acts import Failure, KeepNotice
from domain.case.suspension.acts import Suspend
from domain.complaints import Place, SuperiorOrder, UnverifiedFile
from domain.planning.plans import Choice
from domain.reporting.indicators import BACKLOG
from domain.vocabulary import Callback, Supervision, Tier
from runtime.cli.views.cases import print_case
from tests.builders import PHOTO, WATER_HANDLER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.standards import RECEIVED, choose, planned

SINCE = at("2026-07-01 10:00")


def signed() -> Story:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", at("2026-07-01 09:00"))
    return story


def test_a_suspension_is_shown_and_after_sixty_days_it_is_backlog(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = signed()
    story.do(Suspend(reason="Frost.", measures="A fence.", until=at("2026-12-01 08:00")), SINCE)

    print_case(story.events, SINCE + BACKLOG)
    in_time = capsys.readouterr().out
    print_case(story.events, SINCE + BACKLOG + timedelta(minutes=1))

    assert "until Tue 2026-12-01 08:00" in in_time
    assert "backlog" not in in_time
    assert "积存 backlog" in capsys.readouterr().out


def test_files_are_shown_with_when_they_were_taken_or_as_unverified(
    capsys: pytest.CaptureFixture[str],
) -> None:
    link = UnverifiedFile("https://photos.example/1.jpg")
    taken = replace(PHOTO, taken_at=SINCE)
    story = Story(plan(replace(complaint(), evidence=(taken,), unverified=(link,))))

    print_case(story.events, SINCE)
    shown = " ".join(capsys.readouterr().out.split())

    file = f"file {PHOTO.uri} {PHOTO.media_type}, sha256 {PHOTO.sha256}"
    assert f"{file} taken Wed 2026-07-01 10:00" in shown
    assert f"unverified {link.uri} no digest is known" in shown


@pytest.mark.parametrize(("solved", "words"), [(True, "solved"), (False, "not solved"), (None, "")])
def test_a_closed_case_says_whether_it_is_solved_where_somebody_said(
    capsys: pytest.CaptureFixture[str], solved: bool | None, words: str
) -> None:
    story = Story(plan())
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, SINCE)
    story.do(Close(callback=Callback.SATISFIED, solved=solved), SINCE)

    print_case(story.events, SINCE)
    last = " ".join(capsys.readouterr().out.split())

    assert last.endswith(f"结案 closed satisfied; {words}; sun of platform".replace("; ;", ";"))


def test_a_case_shows_what_it_counted_and_which_cases_a_meeting_was_about(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = signed()
    story.do(Count(campaign="demolition", amount=320, evidence=(PHOTO,)), SINCE)
    others = ("7kq2m-9xa4t-bnc2w", "abcde-fghjk-mnpqr")
    story.do(Convene(units=("water",), at=at("2026-07-02 10:00"), agenda="x", cases=others), SINCE)
    story.do("plan_action", SINCE)
    story.do("report_action", at("2026-07-02 10:00"))

    print_case(story.events, SINCE)
    shown = capsys.readouterr().out

    assert "320 for demolition; 1 file; li of squad" in shown
    assert "cases 7kq2m-9xa4t-bnc2w + abcde-fghjk-mnpqr" in " ".join(shown.split())
    assert "counters 4 dogs" in shown


def test_a_case_shows_what_citizens_said_later_and_how_often_they_reminded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = signed()
    other = "7kq2m-9xa4t-bnc2w"
    story.do(Join(case=other), SINCE)
    story.do(Supplement(text="Two [more] since noon.", evidence=(PHOTO,)), SINCE)
    story.do(PassOn(case=other, text="And here?", reminder=True), SINCE)
    story.do(Rate(callback=Callback.UNSATISFIED, solved=False, note="Nobody came."), SINCE)

    print_case(story.events, SINCE)
    shown = " ".join(capsys.readouterr().out.split())

    assert "补充 supplemented Two [more] since noon.; 1 piece of evidence" in shown
    assert f"补充 supplemented 催办 reminder; And here?; from {other}" in shown
    assert "评价 rated unsatisfied; not solved; Nobody came.; before the work was done" in shown
    assert "reminded 1 x by citizens" in shown


def test_what_is_asked_of_a_part_is_shown_in_the_town_s_time_and_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = signed()
    story.do(Convene(units=("water",), at=at("2026-07-02 10:00"), agenda="x"), SINCE)
    story.do(Suspend(reason="Frost.", measures="A fence.", until=at("2026-12-01 00:30")), SINCE)

    print_case(story.events, SINCE)
    shown = " ".join(capsys.readouterr().out.split())

    assert "at Thu 2026-07-02 10:00, agenda x" in shown
    assert "suspended until Tue 2026-12-01 00:30: Frost." in shown


def test_a_check_that_failed_says_so_and_counts_its_files(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = signed()
    story.do(GiveTask(unit="water", what="Mend the drain."), SINCE)
    story.do(Report(part="task-1", text="Done.", evidence=(PHOTO,)), SINCE, by=WATER_HANDLER)
    story.do(Check(part="task-1", passed=False, note="It leaks.", evidence=(PHOTO,) * 2), SINCE)

    print_case(story.events, SINCE)
    shown = " ".join(capsys.readouterr().out.split())

    assert "evidence 1 file;" in shown
    assert "passed no, note It leaks., evidence 2 files" in shown


def test_the_condition_and_the_results_of_its_standard_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = Story(planned("missing"), RECEIVED)
    choose(story, "noisy", RECEIVED, reason="It only rattles.")

    print_case(story.events[:1], RECEIVED)
    before = " ".join(capsys.readouterr().out.split())
    print_case(story.events, RECEIVED)
    after = " ".join(capsys.readouterr().out.split())

    assert (
        "category 0103 雨水口 standard missing: 缺失或移位 closes as restored | fenced-off"
        in before
    )
    assert "files 1 before the work, 1 after it" in before
    assert "standard noisy: 异响 closes as restored files 1 after it" in after
    assert "standard from missing to noisy; It only rattles." in after
    assert "why standard noisy: a person why limit 2 working days: standard noisy" in after


def shown_of(story: Story, capsys: pytest.CaptureFixture[str]) -> str:
    print_case(story.events, SINCE)
    return " ".join(capsys.readouterr().out.split())


def test_the_place_and_the_order_of_a_superior_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    order = SuperiorOrder("省督2026-001", "省自然资源厅", SINCE, True, Supervision.PROVINCE)
    told = replace(complaint(superior=order), place=Place(grid="G05", address="新桥路1号"))
    shown = shown_of(Story(plan(told)), capsys)

    assert "place G05 新桥路1号" in shown
    assert "order 省督2026-001 省自然资源厅 province supervised due Wed 2026-07-01 10:00" in shown


def test_what_a_rule_answered_and_is_otherwise_now_is_said_to_be_from_the_beginning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    decided = replace(plan(), choices=(Choice("tier", "direct", "listed-as-direct"),))

    assert "why tier at first direct: listed-as-direct" in shown_of(Story(decided), capsys)


def test_notices_that_reached_no_one_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    story = signed()
    first = story.case.seq + 1
    for person in ("zhao", "zhou"):
        notice = KeepNotice(
            row=1, person=person, attempts=0, failure=Failure.NO_ADDRESS, final=True
        )
        story.do(notice, SINCE, by=ENGINE)

    assert (
        f"{first}-{first + 1} Wed 2026-07-01 10:00 未送达 undelivered 2 notices: zhao, zhou: "
        "no address is known"
    ) in shown_of(story, capsys)
