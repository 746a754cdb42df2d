"""What an act answers, when people are told last, and moments as a person types them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.case.forecasts import forecast
from domain.case.handling.acts import Progress
from domain.vocabulary import Stage
from runtime.cli.act_arguments import message_for
from runtime.cli.local_time import town_moment
from runtime.cli.views.case_json import explanation_as_json
from runtime.cli.views.cases import print_case, print_explanation
from runtime.cli.views.effects import FAR, SHOWN, answer_as_json, print_answer, told_last
from runtime.problems import Problem
from runtime.wiring.people_named import no_such_person, person_id
from schemas.commands import CommandAnswer
from tests.fakes.gateway import POLICIES, TOWN
from tests.town import at, roster
from tests.unit.rows.story import Story
from tests.unit.test_act_arguments import LU

NINE = at("2026-07-01 09:00")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ROSTER = POLICIES[TOWN]


def signed() -> tuple[Story, CommandAnswer]:
    story = Story()
    story.do("sign", NINE)
    last = story.events[-1]
    answer = CommandAnswer(
        case_id=story.case.case_id,
        command_id=last.command_id,
        seq=last.seq,
        stage=Stage.SIGNED,
    )
    return story, answer


def test_an_answer_says_what_was_written_and_what_is_due_now(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story, answer = signed()
    print_answer(answer, story.events, now=NINE)
    told = capsys.readouterr().out

    assert told.startswith(f"{answer.case_id} is signed (journal row ")
    assert "签收 signed" in told
    assert "holder due" in told
    assert "citizen due" in told
    assert "dispatched" not in told  # what others wrote before


def test_an_answer_as_json_has_the_rows_and_the_deadlines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story, answer = signed()
    answer_as_json(answer, story.events)
    told = json.loads(capsys.readouterr().out)

    assert told["stage"] == "signed"
    assert told["holder"] == "squad"
    assert [row["what"] for row in told["wrote"]] == ["签收 signed"]
    assert told["due"]["holder"]


def test_an_explanation_says_when_no_further_person_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story, _ = signed()
    coming = list(forecast(story.case, roster(), since=NINE))
    last = told_last(coming, NINE)

    print_explanation(story.case, coming, NINE)
    said = capsys.readouterr().out
    print_explanation(story.case, [], NINE)
    nothing = capsys.readouterr().out
    explanation_as_json(story.case, coming, NINE)
    document = json.loads(capsys.readouterr().out)

    assert last is not None
    assert said.splitlines()[-1].startswith("after ")
    assert said.splitlines()[-1].endswith("no further person will be told")
    assert nothing.splitlines()[-1] == "no further person will be told"
    assert datetime.fromisoformat(document["told_last"]) == last
    assert {each["clock"] for each in document["clocks"]} >= {"citizen", "holder"}


def test_a_case_names_each_file_with_its_digest_and_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story, _ = signed()
    story.do(Progress(note="Seen."), NINE)
    story.do("resolve", NINE)
    print_case(story.events, NINE)
    files = [line for line in capsys.readouterr().out.splitlines() if line.startswith("evidence")]

    assert files
    assert all("sha256 " in line and "row " in line for line in files)


def test_a_moment_without_offset_is_in_the_time_of_the_town() -> None:
    typed = message_for(
        "suspend", ["reason=等鉴定", "until=2026-12-01 10:00"], LU, "a", zone=SHANGHAI
    )

    assert getattr(typed.act, "until", None) == datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def test_a_moment_with_an_offset_keeps_it_and_a_day_alone_is_refused() -> None:
    assert town_moment("2026-12-01T10:00:00Z", SHANGHAI) == datetime(2026, 12, 1, 10, tzinfo=UTC)
    for typed, zone in (("2026-12-01", SHANGHAI), ("2026-12-01 10:00", None)):
        with pytest.raises(ValueError, match="write 2026-"):
            town_moment(typed, zone)


def test_a_person_is_named_by_id_or_by_a_name_that_is_unique() -> None:
    person = ROSTER.roster.people[0]

    assert person_id([ROSTER], person.id) == person.id
    assert person_id([ROSTER], person.name) == person.id
    assert person_id([ROSTER], "no such one") == "no such one"
    assert person_id([ROSTER], "") == ""


def test_a_wrong_person_is_answered_by_the_nearest_and_not_by_all() -> None:
    person = ROSTER.roster.people[0]
    near = str(no_such_person([ROSTER], person.id + "x"))
    far = str(no_such_person([ROSTER], "0"))

    assert near.endswith(f"did you mean {person.id} ({person.name})?")
    assert far.endswith("give --as the id or the name of a person in roster.yaml")


def test_a_name_of_several_people_needs_an_id() -> None:
    first, second = ROSTER.roster.people[:2]
    people = (*ROSTER.roster.people, replace(second, id="twin", name=first.name))
    both = replace(ROSTER, roster=replace(ROSTER.roster, people=people))
    with pytest.raises(Problem, match=r"is the name of .*twin"):
        person_id([both], first.name)


def test_the_answer_without_rows_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    _, answer = signed()
    print_answer(answer, now=NINE + timedelta(hours=1))

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_forecast_that_goes_on_promises_no_silence(capsys: pytest.CaptureFixture[str]) -> None:
    story, _ = signed()
    coming = list(forecast(story.case, roster(), since=NINE))
    endless = (coming * FAR)[:FAR]
    print_explanation(story.case, endless, NINE)
    *_, more, last = capsys.readouterr().out.splitlines()
    explanation_as_json(story.case, endless, NINE)

    assert more == f"and {FAR - SHOWN} more rows"
    assert last.startswith("people are told until ")
    assert last.endswith(" at least")
    assert json.loads(capsys.readouterr().out)["and_more"] is True
