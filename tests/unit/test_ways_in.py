"""Who may sign in without proof: people at the machine of a `sanban up`, and no one else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.desk.app import desk_app
from console.desk.sign_in_ports import WaysIn
from runtime.problems import Problem
from runtime.services.console.subject_book import SubjectBook
from runtime.services.console.ways_in import (
    ON_LOOPBACK,
    provider_parts,
    roster_hosts,
    why_no_way_in,
)
from runtime.settings import Settings
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import ask

HOSTS = ["127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "10.1.2.3", "console.example", ""]  # noqa: S104
URLS = ["", "http://127.0.0.1:8312", "https://console.example", "http://10.1.2.3:8312"]
ANY_SETTINGS = st.fixed_dictionaries(
    {
        "console_host": st.sampled_from(HOSTS),
        "console_url": st.sampled_from(URLS),
        "console_issuer": st.sampled_from(["", "https://id.example"]),
        "console_accounts": st.booleans(),
    }
)


@given(ANY_SETTINGS)
def test_no_setting_lists_the_roster_in_a_process_that_is_not_sanban_up(
    said: dict[str, Any],
) -> None:
    assert roster_hosts(Settings(**said), embedded=False) == frozenset()


@given(ANY_SETTINGS)
def test_sanban_up_lists_it_on_loopback_alone_and_only_without_a_better_way(
    said: dict[str, Any],
) -> None:
    settings = Settings(**said)
    is_reached = said["console_host"] not in ON_LOOPBACK or said["console_url"] in URLS[2:]
    is_better = said["console_issuer"] or said["console_accounts"]

    listed = roster_hosts(settings, embedded=True)

    assert bool(listed) == (not is_reached and not is_better)
    assert bool(why_no_way_in(settings, embedded=True)) == (not listed and not is_better)


async def test_without_the_list_a_post_that_names_a_person_begins_no_session() -> None:
    desk = Desk(roster_sign_in=False)
    answer = await Browser(desk).sign_in("shen-haifeng")

    assert answer.status == 200
    assert desk.sessions == {}


async def test_a_page_of_another_site_whose_name_leads_here_gets_no_list() -> None:
    """Its script would be of the same origin as our answer."""
    context = replace(Desk().context(), ways=WaysIn(roster_hosts=ON_LOOPBACK))
    shown = await ask(desk_app(context), "GET", "/sign-in", token=None)

    assert "shen-haifeng" not in shown.text


def provider(**more: Any) -> dict[str, Any]:
    return {
        "console_issuer": "https://id.example",
        "console_url": "https://console.example",
        "console_client_id": "sanban",
        **more,
    }


@pytest.mark.parametrize("missing", ["console_url", "console_client_id", "console_subjects"])
def test_a_provider_needs_all_of_its_settings(missing: str, tmp_path: Path) -> None:
    file = tmp_path / "subjects.yaml"
    file.write_text("people: {}\n")
    settings = Settings(**provider(console_subjects=str(file)))

    with pytest.raises(Problem, match=missing.upper()):
        provider_parts(settings.model_copy(update={missing: ""}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("people: {town: {li: ['1'], wu: ['1']}}", "given twice"),
        ("people: {town: {li: [' 1']}}", "no space at either end"),
        ("people: {town: {li: [1]}}", "must be a text"),
        ("persons: {}", "people"),
    ],
)
def test_a_wrong_file_of_subjects_is_said_with_its_line(
    text: str, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "subjects.yaml"
    file.write_text(text)

    with pytest.raises(Problem, match=why):
        SubjectBook(str(file))


def test_a_new_subject_counts_at_once_and_a_mistake_shuts_no_one_out(tmp_path: Path) -> None:
    file = tmp_path / "subjects.yaml"
    file.write_text("people: {town: {li: ['1']}}\n")
    book = SubjectBook(str(file))
    file.write_text("people: {town: {li: ['1'], wu: ['22']}}\n")

    assert book.person_of("22") == ("town", "wu")

    file.write_text("people: {town: [\n")

    assert book.person_of("1") == ("town", "li")
    assert "subjects.yaml" in book.note()


@pytest.mark.parametrize("url", ["http://id.example", "id.example", "ftp://id.example", "https://"])
def test_an_issuer_without_tls_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="identity provider"):
        Settings(console_issuer=url)


@pytest.mark.parametrize("url", ["console.example", "https://console.example/path", "ftp://a"])
def test_an_address_for_people_has_no_path(url: str) -> None:
    with pytest.raises(ValueError, match=r"console\.example"):
        Settings(console_url=url)
