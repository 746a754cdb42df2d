"""Follow codes are made with the keys of cases: found again, one each, and gone with the key."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.privacy.follow_codes import written
from packs import pack_of
from runtime.wiring.follow_codes import ReceiptCodes
from runtime.wiring.followed_cases import FollowedCases
from runtime.wiring.packs import HOLIDAYS
from schemas.events.receipts import receipt_of
from schemas.intake import Outcome, RecordDecision
from store import ciphers
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.packs.loader import load_pack
from store.privacy.follow_codes import PostgresFollowCodes
from store.privacy.keys import PostgresKeys
from tests.integration.test_store_erasure import SAID, sealed_case
from tests.integration.test_store_keys import destroy
from tests.integration.test_store_ledger import position

TENANT, CASE = REF = (SAID.tenant, SAID.case_id)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


async def code_of(database: Database) -> str:
    return (await PostgresFollowCodes(database).of([REF]))[REF]


async def test_a_code_leads_to_its_case_in_any_process(database: Database) -> None:
    await PostgresKeys(database).of([REF])
    code = await code_of(database)
    found = await PostgresFollowCodes(database).case_of(["city", TENANT], code)

    assert found == REF
    assert code == await code_of(database)
    assert code.startswith(f"{CASE}-")


async def test_no_other_code_leads_to_a_case(database: Database) -> None:
    await PostgresKeys(database).of([REF, (TENANT, "aaaaa-aaaaa-aaaaa")])
    code = await code_of(database)
    codes = PostgresFollowCodes(database)
    tail = code[len(CASE) :]
    decoyed = written(
        "bbbbb-bbbbb-bbbbb", ciphers.follow_digest(codes.decoy, TENANT, "bbbbb-bbbbb-bbbbb")
    )

    for wrong in (
        f"aaaaa-aaaaa-aaaaa{tail}",
        CASE,
        "",
        code[:-1] + ("a" if code[-1] != "a" else "b"),
    ):
        assert await codes.case_of([TENANT], wrong) is None, wrong
    assert await codes.case_of(["city"], code) is None
    assert await codes.case_of([TENANT], decoyed) is None


async def test_an_erasure_ends_the_code(database: Database) -> None:
    await PostgresKeys(database).of([REF])
    code = await code_of(database)
    await destroy(database, *REF)

    assert await PostgresFollowCodes(database).case_of([TENANT], code) is None
    assert await PostgresFollowCodes(database).of([REF]) == {}


async def test_a_known_and_an_unknown_number_cost_the_same_work(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await PostgresKeys(database).of([REF])
    codes = PostgresFollowCodes(database)
    done: list[str] = []
    digest, unwrap = ciphers.follow_digest, ciphers.Wrapping.unwrap

    def hashing(*said: Any) -> bytes:
        done.append("hash")
        return digest(*said)

    def unwrapping(wrapping: ciphers.Wrapping, kept: bytes) -> bytes:
        done.append("unwrap")
        return unwrap(wrapping, kept)

    monkeypatch.setattr(ciphers, "follow_digest", hashing)
    monkeypatch.setattr(ciphers.Wrapping, "unwrap", unwrapping)
    work = []
    for asked in (f"{CASE}-aaaaa-aaaaa", "99999-99999-99999-aaaaa-aaaaa", "no code at all"):
        done.clear()
        await codes.case_of([TENANT, "city"], asked)
        work.append([*done])

    assert work == [["unwrap", "hash"] * 2] * 3


async def test_a_case_is_shown_by_its_code_with_its_words_readable(
    database: Database, journal: PostgresJournal
) -> None:
    case = await sealed_case(database, journal)
    policies = {TENANT: load_pack(pack_of("youchegang"), HOLIDAYS)}
    cases = FollowedCases(database, PostgresFollowCodes(database), policies)
    code = await cases.code_of(TENANT, case.case_id)
    assert code is not None
    shown = await cases.find([*policies], code)

    assert shown is not None
    assert shown.case_id == case.case_id
    assert shown.unit == "环境卫生管理所"
    assert shown.answer is None
    assert await cases.find([*policies], code[:-5] + "00000") is None


async def test_a_receipt_has_the_code_of_a_new_complaint_alone(database: Database) -> None:
    await PostgresKeys(database).of([REF])
    at = position(1)
    receipts = ReceiptCodes(PostgresFollowCodes(database), at.topic)
    filed = RecordDecision(at, Outcome.ACCEPTED, tenant=TENANT, case_id=CASE)
    said = {
        "again": replace(filed, position=position(2), outcome=Outcome.DUPLICATE),
        "rated": replace(filed, position=position(3), outcome=Outcome.RATED),
        "acted": replace(filed, position=replace(position(4), topic="sanban.case-commands")),
        "rejected": replace(filed, position=position(5), outcome=Outcome.REJECTED, case_id=None),
    }
    codes = await receipts.of([filed, *said.values()])
    receipt = receipt_of(replace(filed, follow_code=codes[at]), NOW)

    assert [*codes] == [at, position(2)]
    assert receipt.follow_code == await code_of(database)
