"""A record that cannot be used is of the town that it names, however broken it is."""

import json
from base64 import b64encode
from dataclasses import replace

import pytest

from consumers.decoding.named_tenant import tenant_of
from domain.policy.model import Policy
from domain.policy.sources import SourceRule
from domain.vocabulary import Channel
from schemas.intake import RejectReason
from tests.fakes.commands import Office, sent
from tests.fakes.gateway import POLICIES
from tests.fakes.intake import Town
from tests.fakes.records import HEADERS, SOURCE, at, binary, data, record

OTHER = "hotline12345"
WHOLE = b'{"tenant": "youchegang", "text": "a"}'


def served(*with_source: str) -> dict[str, Policy]:
    rule = SourceRule(SOURCE, (Channel.HOTLINE,))
    town = POLICIES["youchegang"]
    return {
        name: replace(town, tenant=name, sources=(rule,) if name in with_source else ())
        for name in ("youchegang", OTHER)
    }


@pytest.mark.parametrize(
    "value",
    [
        WHOLE,
        WHOLE[:-1],
        WHOLE[:-1] + b"\xff",
        b'{"data": ' + WHOLE + b', "id": 3}',
        b'{"data": ' + WHOLE,
        b'{"data_base64": "' + b64encode(WHOLE) + b'"}',
        WHOLE.replace(b"ten", b"\\u0074en"),
        WHOLE.decode().encode("utf-16"),
        b'{"text": "\\"tenant\\": \\"hotline12345\\"", "tenant": "youchegang"',
    ],
)
def test_the_value_says_whose_it_is(value: bytes) -> None:
    assert tenant_of(record(value, HEADERS), SOURCE, served(OTHER)) == "youchegang"


def test_else_a_header_says_it_and_else_the_one_town_that_has_the_source() -> None:
    nameless = record(b"{", HEADERS)
    header = record(b"{", HEADERS | {"ce_tenant": b"youchegang"})

    assert tenant_of(header, SOURCE, served(OTHER)) == "youchegang"
    assert tenant_of(nameless, SOURCE, served(OTHER)) == OTHER
    assert tenant_of(nameless, SOURCE, served()) is None
    assert tenant_of(nameless, SOURCE, served(OTHER, "youchegang")) is None
    assert tenant_of(nameless, None, served(OTHER)) is None


def test_of_two_towns_in_broken_text_the_source_decides_or_none_has_it() -> None:
    both = record(b'{"tenant": "youchegang", "tenant": "hotline12345",', HEADERS)

    assert tenant_of(both, SOURCE, served("youchegang")) == "youchegang"
    assert tenant_of(both, SOURCE, served()) is None


def test_a_town_that_is_not_served_has_no_letter() -> None:
    said = record(json.dumps({"tenant": "atlantis"}).encode(), HEADERS)

    assert tenant_of(said, SOURCE, served()) is None
    assert tenant_of(said, SOURCE, served(OTHER)) == OTHER


async def test_intake_writes_whose_letter_it_is_at_both_doors() -> None:
    town, office = Town(), Office()
    wrong_channel = binary(data(channel="pigeon"))
    command = sent(b'{"tenant": "youchegang", "act": {"kind": "no such act"}}')

    await town.intake().handle([wrong_channel])
    await office.intake().handle([command])

    decision = town.ledger.settled[at(0)]
    assert decision.reason is RejectReason.SCHEMA_VIOLATION
    assert decision.tenant == "youchegang"
    assert office.ledger.settled[command.position].tenant == "youchegang"
