"""The file of contacts: read, read again, wrong by person and line, and never repeated."""

import asyncio
import os
from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY

from domain.policy.notice_texts import Language
from gateways.notices import Senders
from packs import pack_of
from runtime.problems import Problem
from runtime.services.notifier import contact_book
from runtime.services.notifier.contact_book import ContactBook
from runtime.wiring.packs import load_one
from schemas.contacts_file import way_of
from store.notifications.deliveries import NoticeRecipient
from tests.limits import EVENT_S

SECRET = "hush"  # noqa: S105
FILE = f"""\
# Where people are reached.
people:
  youchegang:
    tang-ke:
      language: en
      addresses:
        - "mailtos://sanban:{SECRET}@example.org?to=tang-ke@example.org"
        - "sms+json://127.0.0.1:8080/hook"
    shen-haifeng: {{addresses: ["dingtalk://{SECRET * 8}/"]}}
"""
TANG = NoticeRecipient("youchegang", "tang-ke")
SHEN = NoticeRecipient("youchegang", "shen-haifeng")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "contacts.yaml"
    file.write_text(FILE)
    return file


def people(path: Path) -> ContactBook:
    senders = Senders()
    senders.close()
    return ContactBook(str(path), senders.knows)


def test_whoever_is_named_has_a_language_and_addresses_in_their_order(path: Path) -> None:
    tang, shen = (people(path).contact(person) for person in (TANG, SHEN))

    assert tang is not None
    assert tang.language is Language.ENGLISH
    ways = [way_of(address) for address in tang.addresses]
    assert [channel for channel, _ in ways] == ["mailtos", "sms"]
    assert ways[1][1] == "json://127.0.0.1:8080/hook"
    assert shen is not None
    assert shen.language is Language.CHINESE
    assert people(path).contact(NoticeRecipient("hamlet", "tang-ke")) is None
    assert ContactBook("", bool).contact(TANG) is None


def test_whoever_of_the_roster_is_not_named_is_counted(path: Path) -> None:
    policies = {"youchegang": load_one(pack_of("youchegang"))}
    everybody = len(policies["youchegang"].roster.people)

    assert ContactBook("", bool).unreachable(policies) == everybody
    assert people(path).unreachable(policies) == everybody - 2


def test_a_name_that_no_pack_has_is_named_with_what_was_meant(path: Path) -> None:
    policies = {"youchegang": load_one(pack_of("youchegang"))}
    path.write_text(
        FILE.replace("tang-ke:", "tang-kee:")
        + '  youchegan: {tang-ke: {addresses: ["dingtalk://hushhush/"]}}\n'
        + '  canary: {sink: {addresses: ["json://127.0.0.1:8399/notice"]}}\n'
    )

    assert sorted(people(path).unknown(policies)) == [
        "no person 'tang-kee'; did you mean 'tang-ke'? (roster.yaml of youchegang)",
        "no tenant 'youchegan'; did you mean 'youchegang'?",
    ]
    path.write_text(FILE)
    assert list(people(path).unknown(policies)) == []


def test_a_change_counts_at_once_and_a_slip_of_the_pen_loses_nobody(path: Path) -> None:
    known = people(path)
    known.begin()

    path.write_text(FILE.replace("language: en", "language: zh"))
    os.utime(path, ns=(1, 1))
    changed = known.contact(TANG)
    path.write_text("people: {youchegang: {tang-ke: {}}}")
    os.utime(path, ns=(2, 2))
    with structlog.testing.capture_logs() as lines:
        kept = [known.contact(TANG) for _ in range(3)]

    assert changed is not None
    assert changed.language is Language.CHINESE
    assert kept == [changed] * 3
    [line] = lines
    assert line["event"] == "notify.contacts_not_read"
    assert "contacts.yaml:1: people.youchegang.tang-ke.addresses: " in line["detail"]


async def test_a_mistake_is_seen_without_a_rung_and_shown_as_a_metric(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The book looks by itself: no one asks for an address here."""
    monkeypatch.setattr(contact_book, "LOOK_S", 0.001)
    known, stop = people(path), asyncio.Event()
    known.begin()
    watching = asyncio.create_task(known.watch(stop))
    for number, (text, unread) in enumerate((("people: [", 1.0), (FILE, 0.0)), start=1):
        path.write_text(text)
        os.utime(path, ns=(number, number))
        async with asyncio.timeout(EVENT_S):
            while True:
                if REGISTRY.get_sample_value("sanban_contacts_unread") == unread:
                    break
                await asyncio.sleep(0.001)
    stop.set()
    async with asyncio.timeout(EVENT_S):
        await watching

    assert known.look() == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("language: en", "language: fr"), ":5: people.youchegang.tang-ke.language: "),
        (("language: en", "langage: en"), ":5: people.youchegang.tang-ke.langage: "),
        (("mailtos://", "mailtos:"), ":7: people.youchegang.tang-ke.addresses[0]: not an address"),
        (("mailtos://", "pigeon://"), ":7: people.youchegang.tang-ke.addresses[0]: nothing can be"),
        (("dingtalk://", "dingtalk://-"), ":9: people.youchegang.shen-haifeng.addresses[0]: not"),
        (("tang-ke:", "Tang Ke:"), ":4: people.youchegang.Tang Ke"),
        (("people:", "people: x: y"), ":2: not YAML"),
        ((FILE, ""), "is empty"),
    ],
)
def test_a_wrong_file_is_told_by_person_and_line_and_no_address_is_repeated(
    path: Path, change: tuple[str, str], said: str
) -> None:
    path.write_text(FILE.replace(*change))

    with pytest.raises(Problem, match="wrong contacts: ") as problem:
        people(path).begin()

    assert said in str(problem.value)
    assert SECRET not in str(problem.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"cannot read .*none.yaml: No such file"):
        people(tmp_path / "none.yaml").begin()


def test_an_address_does_not_show_itself(path: Path) -> None:
    assert SECRET not in repr(people(path).contact(TANG))
