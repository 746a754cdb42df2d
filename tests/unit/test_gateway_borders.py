"""What the gateway does not say, and what it reads only as it was meant."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.gateway.clients import Client, MayActAs, client_of
from console.gateway.ports import CaseSnapshot
from domain.vocabulary import Role
from runtime.services.gateway.clients import ClientsFile, development_clients
from tests.builders import complaint, opened, plan
from tests.fakes.gateway import (
    CLIENTS,
    NOW,
    POLICIES,
    SOURCE,
    TOWN,
    Answer,
    Town,
    ask,
    filed,
    post,
    signed,
    structured,
)
from tests.unit.test_open311_photos import REQUESTS, Part, body_of, field, send

INTEGRATORS = Path(__file__).parents[2] / "docs" / "INTEGRATORS.md"
CASE = opened(plan(replace(complaint(), source=SOURCE, tenant=TOWN))).case_id
OTHERS = "https://12345.example/hotline"


# --- Other people's cases.


def reporting() -> Town:
    acting = CLIENTS[0].model_copy(update={"may_act_as": (MayActAs(role=Role.REPORTER),)})
    open_to_all = {TOWN: replace(POLICIES[TOWN], sources=())}
    return Town(clients=(acting, *CLIENTS[1:]), policies=open_to_all)


def urged(**changes: Any) -> dict[str, Any]:
    event = signed()
    actor = {"id": "app", "role": "reporter"}
    data = (
        event["data"]
        | {"case": CASE, "actor": actor, "act": {"kind": "urge", "text": "已三天"}}
        | changes
    )
    return event | {"source": SOURCE, "data": data}


def keep(town: Town, source: str) -> None:
    case = opened(plan(replace(complaint(), source=source, tenant=TOWN)))
    town.cases.found[(TOWN, CASE)] = CaseSnapshot(case, NOW)


async def test_a_reporters_act_is_taken_for_a_case_of_its_own_source_alone() -> None:
    town, answers = reporting(), dict[str, Answer]()
    answers["unknown"] = await post(town, urged())
    keep(town, OTHERS)
    answers["foreign"] = await post(town, urged())
    answers["batch"] = await post(town, [filed(), urged()])

    assert answers["foreign"].status == 404
    assert answers["foreign"].body == answers["unknown"].body
    assert answers["batch"].status == 404
    assert town.broker.kept == []

    keep(town, SOURCE)
    assert (await post(town, urged())).status == 202


async def test_a_reporters_act_is_taken_while_the_database_is_away() -> None:
    """Intake looks at it once more; the gateway accepts events without a database."""
    town = reporting()
    town.cases.away = True

    assert (await post(town, urged())).status == 202


async def test_a_source_may_keep_its_cases_from_callers_without_a_key() -> None:
    town = Town()
    keep(town, SOURCE)
    path = f"/open311/v2/requests/{CASE}.json"
    assert (await ask(town.app(), "GET", path, token=None)).status == 200

    hidden = CLIENTS[0].model_copy(update={"status_without_key": False})
    town.clients = (hidden, *CLIENTS[1:])

    assert (await ask(town.app(), "GET", path, token=None)).status == 404
    assert (await ask(town.app(), "GET", path)).status == 200


# --- The Host of a request, which anyone may write.


@pytest.mark.parametrize("path", ["/open311/v2/discovery.json", "/open311/v2/services.json/"])
async def test_no_answer_repeats_the_host_of_its_request(path: str) -> None:
    answer = await ask(Town().app(), "GET", path, headers=[("X-Forwarded-Host", "evil.example")])

    said = answer.text + json.dumps(answer.headers)
    assert "gateway.example" not in said
    assert "evil.example" not in said


# --- Parts that are encoded.


def coded(name: str, text: str, how: str) -> Part:
    return field(name, text, f"\r\nContent-Transfer-Encoding: {how}")


async def test_a_part_in_base64_or_quoted_printable_is_decoded() -> None:
    for how, text in (("base64", "6Lev54Gv5LiN5Lqu"), ("Quoted-Printable", "=E8=B7=AF=E7=81=AF")):
        town = Town()
        whole = body_of([*_fields(), coded("description", text, how)])
        answer = await _form(town, whole)
        assert answer.status == 200, answer.text
        assert town.broker.events[0]["data"]["text"].startswith("路灯")


@pytest.mark.parametrize(
    ("how", "text"),
    [("x-uuencode", "x"), ("7bit; x", "x"), ("base64", "aGVsb")],
)
async def test_a_part_in_another_encoding_is_refused_by_name(how: str, text: str) -> None:
    town = Town()
    answer = await send(town, coded("device_id", text, how))

    assert answer.status == 400, answer.text
    assert "content-transfer-encoding of a part" in answer.text
    assert town.broker.kept == []


def _fields() -> list[Part]:
    return [field("service_code", "street-light"), field("address_string", "银杏路口")]


async def _form(town: Town, body: bytes) -> Answer:
    headers = [("content-type", "multipart/form-data; boundary=----a-boundary")]
    return await ask(town.app(), "POST", REQUESTS, headers=headers, body=body)


# --- First steps.


async def test_the_first_event_of_the_page_is_taken_with_the_token_that_up_makes(
    tmp_path: Path,
) -> None:
    made = development_clients(tmp_path, POLICIES)
    [first, *_] = re.findall(r"--data-binary '(\{.*?\n  \})'", INTEGRATORS.read_text(), re.DOTALL)
    clients: tuple[Client, ...] = tuple(ClientsFile(str(made.file)).current())
    assert client_of(made.tokens[TOWN], clients) is not None

    answer = await post(Town(clients=clients), json.loads(first), token=made.tokens[TOWN])

    assert answer.status == 202, answer.text


async def test_two_different_authorizations_are_refused() -> None:
    event = structured(filed())
    for url in ("/events", "/open311/v2/requests.json"):
        two = [("authorization", "Bearer x"), ("authorization", "Bearer y")]
        given = event | {"headers": event["headers"] + two}
        refused = await ask(Town().app(), "POST", url, **given, token=None)
        assert refused.status == 400
        assert "header authorization: is given twice" in refused.text
