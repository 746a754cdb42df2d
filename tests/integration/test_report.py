"""`sanban report`, on cases kept in PostgreSQL."""

import asyncio
import csv
import json
import re
from dataclasses import replace

from domain.case.campaigns.acts import Count
from domain.case.citizen.acts import Rate
from domain.case.closing.acts import Close
from domain.case.joint_work.acts import Counter, PlanAction, ReportAction
from domain.case.summaries import summarize
from domain.complaints import Complaint
from domain.vocabulary import Callback, Role
from schemas.journal import batch_of
from store.journal.rows import PostgresJournal
from tests.acts import ATTENDED, PHOTO
from tests.builders import ACTORS, complaint, plan
from tests.smoke.commands import Told, sanban
from tests.town import OPENED, at
from tests.unit.rows.story import Story

MONTH = ("--from", "2026-07-01", "--to", "2026-07-31")
BROUGHT = (Counter("dogs", 40), Counter("traps", 6))


def case(about: Complaint, *acts: str) -> Story:
    story = Story(plan(about), OPENED)
    for act in acts:
        story.do(act, at("2026-07-01 09:00"))
    return story


def stories() -> tuple[Story, ...]:
    """Three cases of Youchegang, of which one is of an action and one is closed; one of Hamlet."""
    acted = case(complaint(event_id="1"), "sign")
    office = ACTORS[Role.SUPERVISOR]
    soon, goal = at("2026-07-02 10:00"), "Catch the dogs."
    units = ("water",)
    planned = PlanAction(units=units, at=soon, goal=goal, people=132, vehicles=11)
    acted.do(planned, at("2026-07-01 10:00"), by=office)
    held = ReportAction(
        part="joint_action-1",
        text="Caught.",
        people=120,
        counters=BROUGHT,
        evidence=(PHOTO,),
        came=ATTENDED,
    )
    acted.do(held, at("2026-07-03 10:00"), by=office)
    counted = Count(campaign="demolition", amount=287_900, evidence=(PHOTO,))
    acted.do(counted, at("2026-07-03 11:00"), by=office)
    closed = case(complaint(event_id="2"), "sign", "resolve", "verify")
    asked = Close(callback=Callback.SATISFIED, solved=False)
    closed.do(asked, at("2026-07-01 10:00"))
    closed.do(Rate(callback=Callback.UNSATISFIED, note="Still there."), at("2026-07-02 10:00"))
    hamlet = replace(complaint(event_id="4"), tenant="hamlet")
    return acted, closed, case(complaint(event_id="3")), case(hamlet)


async def told(dsn: str, *words: str) -> Told:
    return await sanban("report", *words, SANBAN_DATABASE_URL=dsn)


def lines(output: str) -> list[str]:
    """Each with single spaces, however wide the columns are."""
    return [re.sub(" +", " ", line).strip() for line in output.splitlines()]


async def test_a_report_says_of_each_tenant_what_became_of_its_cases(
    journal: PostgresJournal, app_dsn: str
) -> None:
    for story in stories():
        await journal.append(batch_of(story.case, (*story.events,), summarize(story.case)))

    said = lines((await told(app_dsn, *MONTH)).output)

    first = said.index("hamlet cases received from 2026-07-01 to 2026-07-31")
    second = said.index("油车港镇 youchegang cases received from 2026-07-01 to 2026-07-31")
    assert "登记 received 0 1 0 1" in said[first:second]
    town = said[second:]
    assert "受理 accepted 0 3 0 3" in town
    assert "办结率 closed of accepted - 1/3 33.33 % - 1/3 33.33 %" in town
    assert "解决率 solved of asked - 0/1 0 % - 0/1 0 %" in town
    assert "首次满意率 satisfied at first - 1/1 100 % - 1/1 100 %" in town
    assert "满意率 satisfied of rated - 0/1 0 % - 0/1 0 %" in town
    action = "1; 120 person-times of 132 planned; 0 vehicles of 11; 40 dogs, 6 traps"
    assert f"联合行动 joint actions {action}" in town
    assert "三改一拆 demolition 287900 m² 233913 m² 123.08 % 1" in town


async def test_a_report_is_of_one_tenant_and_one_period_when_told_so(
    journal: PostgresJournal, app_dsn: str
) -> None:
    for story in stories():
        await journal.append(batch_of(story.case, (*story.events,), summarize(story.case)))

    of_hamlet = await told(app_dsn, *MONTH, "--tenant", "hamlet")
    assert "youchegang" not in of_hamlet.output
    august = await told(app_dsn, "--from", "2026-08-01", "--to", "2026-08-31")
    assert "登记 received 0 0 0 0" in lines(august.output)
    nobody = await told(app_dsn, *MONTH, "--tenant", "nowhere")
    assert 2 == nobody.code
    assert "no tenant nowhere: no policy pack is of it" in nobody.complaint
    backwards = await told(app_dsn, "--from", "2026-07-02", "--to", "2026-07-01")
    assert 2 == backwards.code
    assert "is before --from" in backwards.complaint
    far = await told(app_dsn, "--from", "2026-07-02", "--to", "9999-12-31")
    assert 2 == far.code
    assert "years 2000 to 2199" in far.complaint


async def test_a_figure_opens_the_cases_that_it_counts(
    journal: PostgresJournal, app_dsn: str
) -> None:
    kept = stories()
    for story in kept:
        await journal.append(batch_of(story.case, tuple(story.events), summarize(story.case)))
    listed = await told(app_dsn, *MONTH, "--tenant", "youchegang", "--list", "closed")
    received = await told(app_dsn, *MONTH, "--tenant", "youchegang", "--list", "received")
    wrong = await told(app_dsn, *MONTH, "--list", "closd")

    assert "1 of 1 cases" in listed.output
    assert kept[1].case.case_id in listed.output
    assert "3 of 3 cases" in received.output
    assert wrong.code == 2
    assert "did you mean 'closed'?" in wrong.complaint


async def test_indicators_are_told_apart_and_open_the_rows_that_they_count(
    journal: PostgresJournal, app_dsn: str
) -> None:
    kept = stories()
    for story in kept:
        await journal.append(batch_of(story.case, tuple(story.events), summarize(story.case)))
    town = (*MONTH, "--tenant", "youchegang", "--by")
    shown, as_json, as_csv, opened, wrong = await asyncio.gather(
        told(app_dsn, *town, "all"),
        told(app_dsn, *town, "unit,month", "--json"),
        told(app_dsn, *town, "unit", "--csv"),
        told(app_dsn, *town, "all", "--list", "closing_rate"),
        told(app_dsn, *town, "unitt"),
    )
    document = json.loads(as_json.output)["youchegang"]
    closing = [each for each in document["figures"] if each["indicator"] == "closing_rate"]
    rows = list(csv.DictReader(as_csv.output.splitlines()))
    people = [row for row in rows if row["indicator"] == "person_times" and row["lines"] != "0"]

    assert "结案率 closed closing_rate 1/3" in lines(shown.output)
    assert document["by"] == ["unit", "month"]
    assert [(each["unit"], each["month"]) for each in closing if each["lines"]] == [
        ("squad", "2026-07")
    ]
    assert [(row["unit"], row["part"], row["whole"]) for row in people] == [("squad", "120", "132")]
    cases = {line.split()[0] for line in lines(opened.output) if line.endswith((" 0 1", " 1 1"))}
    assert cases == {story.case.case_id for story in kept[:3]}
    assert "3 lines: 1/3" in opened.output
    assert wrong.code == 2
    assert "did you mean 'unit'?" in wrong.complaint
