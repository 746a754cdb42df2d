"""Pages of auditors: the chain in words, a row proved, checkpoints, readings, policies."""

import pytest

from schemas.audit.findings import VerificationFinding, VerificationReport
from tests.fakes.desk import Browser, Desk
from tests.fakes.oversight import FakeAudit

AUDITOR = "yu-zhengming"


async def at_the_desk(audit: FakeAudit | None = None, language: str = "en") -> Browser:
    browser = Browser(Desk(audit=audit or FakeAudit()))
    await browser.sign_in(AUDITOR, language=language)
    return browser


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_readings_say_who_read_what_for_which_reason(language: str) -> None:
    page = await (await at_the_desk(language=language)).open("/audit?of=readings")

    assert page.status == 200
    for said in ("阮芳", "回访第一次", "64mdc", '"/audit/operations/1"'):
        assert said in page.text


@pytest.mark.parametrize(
    ("audit", "said"),
    [
        (FakeAudit(), "Proved: the row is in the signed journal"),
        (FakeAudit(VerificationReport(rows=1, bad=1)), "Not proved yet"),
        (FakeAudit(broken="row 1 has other bytes than its hash says"), "Altered"),
        (
            FakeAudit(
                VerificationReport(
                    rows=1, checkpoints=1, bad=1, findings=[VerificationFinding(7, "another root")]
                )
            ),
            "another root",
        ),
    ],
)
async def test_a_row_is_proved_or_the_page_says_what_does_not_hold(
    audit: FakeAudit, said: str
) -> None:
    page = await (await at_the_desk(audit)).open("/audit/operations/1")

    assert page.status == 200
    assert said in page.text
    assert ("Proved: " in page.text) == said.startswith("Proved")


async def test_a_row_says_what_was_read_for_what_and_why_and_how_to_compare_it_for_good() -> None:
    page = await (await at_the_desk()).open("/audit/operations/1")

    for said in ("64mdc-0gtc0-g1a6h", "回访第一次", "What for", "--allow-newer", "code 3"):
        assert said in page.text


async def test_a_proof_is_a_file_to_take_away() -> None:
    answer = await (await at_the_desk()).open("/audit/operations/1/proof")

    assert answer.body == b"sanban-export"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="operations-youchegang-row-1.txt"'
    )


async def test_a_checkpoint_whose_signature_does_not_hold_says_so() -> None:
    page = await (await at_the_desk()).open("/audit/checkpoints")

    assert "signed by no known key" in page.text
    assert "town+1+A" in page.text


async def test_a_policy_says_what_it_changed() -> None:
    page = await (await at_the_desk()).open("/audit/policies/1")

    assert "garbage resolve: 16 h -&gt; 24 h" in page.text


@pytest.mark.parametrize("path", ["/audit?of=x", "/audit?before=x", "/audit/checkpoints?before=-1"])
async def test_an_address_that_no_page_writes_is_a_bad_one(path: str) -> None:
    assert (await (await at_the_desk()).open(path)).status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/audit/operations/x",
        "/audit/operations/2",
        "/audit/cases/none",
        "/audit/policies/9999999999",
        "/audit?chain=operations%2Fhotline12345",
        "/audit?chain=zzzzz",
    ],
)
async def test_what_is_not_there_or_of_another_town_does_not_exist(path: str) -> None:
    assert (await (await at_the_desk()).open(path)).status == 404
