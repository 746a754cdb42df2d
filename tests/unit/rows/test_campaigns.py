"""Row 27: what cases bring for campaigns."""

from dataclasses import replace
from datetime import date

import pytest

from domain.case.campaigns.acts import Count
from domain.case.campaigns.facts import Counted
from domain.case.refusals import Refusal
from domain.policy.campaigns import Campaign
from domain.reporting.joint_results import CampaignProgress
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, LOOKUP, PHOTO, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story

SUPERVISOR = ACTORS[Role.SUPERVISOR]
JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
DEMOLITION = Campaign(
    "demolition", "拆违", "Demolition", 233_913, "m²", date(2026, 1, 1), date(2026, 12, 31)
)


def count(amount: int, number: int = 1, note: str = "", campaign: str = "demolition") -> Count:
    """Count with a picture of its own for each number."""
    picture = replace(PHOTO, sha256=f"{number:064x}")
    return Count(campaign=campaign, amount=amount, note=note, evidence=(picture,))


def signed(tier: Tier = Tier.SUPERVISE) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", at("2026-07-01 09:00"))
    return story


def test_row_27_campaign_of_287_900_square_metres_is_123_08_percent_of_the_target() -> None:
    report = PeriodReport(JULY)
    for amounts in ((198_600,), (90_000, 10_000, -10_700), ()):
        story = signed()
        for number, amount in enumerate(amounts):
            by = SUPERVISOR if amount < 0 else None
            story.do(count(amount, number, "Counted twice."), at("2026-07-02 09:00"), by=by)
        report.add(story.events)

    assert {"demolition": CampaignProgress(amount=287_900, cases=2)} == report.campaigns
    assert 123.08 == report.campaigns["demolition"].percent(DEMOLITION)


def test_row_27_campaign_is_told_as_far_as_it_was_at_the_end_of_the_period() -> None:
    story = signed()
    story.do(count(100, 1), at("2026-07-31 23:59"))
    story.do(count(900, 2), at("2026-08-01 00:00"))
    report = PeriodReport(JULY)
    report.add(story.events)

    assert {"demolition": CampaignProgress(amount=100, cases=1)} == report.campaigns
    assert (("demolition", 1000),) == story.case.counted


def test_row_27_campaign_that_is_unknown_is_refused_with_those_that_are() -> None:
    act = count(320, campaign="demolitoin")
    when = at("2026-07-01 10:00")

    assert (
        Refusal.UNKNOWN_CAMPAIGN,
        "no campaign demolitoin; campaigns are: demolition",
    ) == signed().refused(act, when)
    code, words = signed().refused(act, when, lookup=replace(LOOKUP, campaigns=()))
    assert Refusal.UNKNOWN_CAMPAIGN == code
    assert "none is known" in words


@pytest.mark.parametrize("amount", [0, -1, 1_000_000_001])
def test_row_27_campaign_takes_no_amount_that_cannot_be(amount: int) -> None:
    act = count(amount, note="Wrong.")

    assert Refusal.TOO_MUCH is signed().refused(act, at("2026-07-01 10:00"), by=SUPERVISOR)[0]


def test_row_27_campaign_counts_what_the_holder_and_the_office_say() -> None:
    story = signed()
    for number, role in enumerate((Role.HANDLER, Role.UNIT_HEAD, Role.SUPERVISOR)):
        act = count(10, number, "East side")
        facts = story.do(act, at("2026-07-01 10:00"), by=ACTORS[role])
        said = {"amount": 10, "note": "East side", "evidence": act.evidence}
        assert [Counted(campaign="demolition", **said)] == facts  # type: ignore[arg-type]
    for by, why in (
        (WATER_HANDLER, Refusal.NOT_READABLE),
        (ACTORS[Role.DISPATCHER], Refusal.NOT_THE_HOLDER),
    ):
        code, _ = story.refused(count(10, 9), at("2026-07-01 10:00"), by=by)
        assert why is code

    assert (("demolition", 30),) == story.case.counted


def test_row_27_campaign_counts_nothing_before_a_unit_has_signed() -> None:
    code, words = Story().refused(count(10), at("2026-07-01 10:00"), by=SUPERVISOR)

    assert Refusal.WRONG_STEP is code
    assert "no unit has signed" in words


def test_row_27_campaign_counts_only_what_a_new_file_shows() -> None:
    story, when = signed(), at("2026-07-01 10:00")
    unproved = Count(campaign="demolition", amount=10)
    assert Refusal.MISSING_EVIDENCE is story.refused(unproved, when)[0]

    story.do(count(10), when)
    code, words = story.refused(count(10), when)
    assert Refusal.MISSING_EVIDENCE is code
    assert "not counted before" in words


def test_row_27_campaign_counts_only_cases_of_its_categories() -> None:
    found = replace(LOOKUP, counting=(("demolition", "wages"), ("dogs", "street-stalls")))
    code, words = signed().refused(count(10), at("2026-07-01 10:00"), lookup=found)

    assert Refusal.UNKNOWN_CAMPAIGN is code
    assert "demolition counts cases of wages; this is street-stalls" in words


def test_row_27_campaign_counts_every_case_where_it_names_no_categories() -> None:
    found = replace(LOOKUP, counting=(("dogs", "wages"),))
    story = signed()
    story.do(count(10), at("2026-07-01 10:00"), lookup=found)

    assert (("demolition", 10),) == story.case.counted


@pytest.mark.parametrize(
    ("role", "note", "refusal"),
    [
        (Role.HANDLER, "Counted twice.", Refusal.WRONG_ROLE),
        (Role.DISPATCHER, "Counted twice.", Refusal.NOT_THE_HOLDER),
        (Role.SUPERVISOR, "", Refusal.REASON_NEEDED),
    ],
)
def test_row_27_campaign_gives_back_only_what_the_office_takes_back_with_a_reason(
    role: Role, note: str, refusal: Refusal
) -> None:
    story, when = signed(), at("2026-07-01 10:00")
    story.do(count(10), when)
    back = Count(campaign="demolition", amount=-4, note=note)

    assert refusal is story.refused(back, when, by=ACTORS[role])[0]


def test_row_27_campaign_of_a_running_case_counts_as_it_began() -> None:
    story, when = Story(replace(plan(), rules=None)), at("2026-07-01 10:00")
    story.do("sign", when)
    for amount in (10, -4):
        story.do(Count(campaign="demolition", amount=amount), when)

    assert (("demolition", 6),) == story.case.counted
