"""The gateway does what docs/contracts/gateway.openapi.yaml says, and nothing beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from starlette.applications import Starlette

from console.gateway.app import ROUTES
from console.gateway.events import MOST_IN_A_BATCH
from console.gateway.open311_forms import FORM, JSON, MULTIPART
from console.gateway.ports import CaseSnapshot
from domain.case.public_view import PublicView, public_view
from schemas.events.inbound import INBOUND
from schemas.events.receipts import Receipt
from tests.builders import complaint, opened, plan
from tests.contract.schemas import FOLDER, read
from tests.fakes.gateway import (
    NOW,
    OTHER_TOWN,
    POLICIES,
    SOURCE,
    TOWN,
    UNIT,
    Answer,
    Town,
    ask,
    filed,
    form,
    signed,
    structured,
)
from tests.unit.rows.story import Story
from tests.unit.test_gateway_task_links import SAID, linked, send, town_of
from tests.unit.test_gateway_task_links import TOKEN as TASK_TOKEN
from tools.contracts.examples import RECEIPTS
from tools.contracts.openapi import FILE

DOCUMENT: dict[str, Any] = yaml.safe_load((FOLDER / FILE).read_text(encoding="utf-8"))
PATHS = DOCUMENT["paths"]
REQUESTS = "/open311/v2/requests.{format}"


def promised(method: str, path: str, answer: Answer) -> dict[str, Any]:
    """What the document says about an answer of this status."""
    promise: dict[str, Any] = PATHS[path][method.lower()]["responses"][str(answer.status)]
    return promise


def errors(method: str, path: str, answer: Answer) -> list[str]:
    """What about the answer is not as the document says."""
    content = promised(method, path, answer)["content"]
    kind = answer.headers["content-type"].partition(";")[0]
    schema = {**content[kind]["schema"], "components": DOCUMENT["components"]}
    contracts: Registry[Any] = Registry().with_resources(
        (f"./{file.name}", DRAFT202012.create_resource(read(file.name)))
        for file in FOLDER.glob("*.schema.json")
    )
    judge = Draft202012Validator(schema, registry=contracts)
    return [error.message for error in judge.iter_errors(answer.json)]


def seen() -> PublicView:
    return public_view(POLICIES[TOWN], Story(plan(complaint())).events)


@dataclass
class OneCode:
    """A code, its case, and no other."""

    code: str
    view: PublicView

    async def code_of(self, tenant: str, case_id: str) -> str:
        return self.code

    async def find(self, tenants: Sequence[str], code: str) -> PublicView | None:
        return self.view if code == self.code else None


@pytest.fixture
def app() -> Starlette:
    town = Town(max_bytes=4096)
    case = opened(plan(complaint()))
    town.cases.found[TOWN, case.case_id] = CaseSnapshot(case, NOW)
    town.receipts.found[TOWN, SOURCE, "e-1"] = [Receipt(**example) for example in RECEIPTS.values()]
    return town.app()


def test_every_route_is_in_the_document_and_every_path_is_a_route() -> None:
    described = {(method.upper(), path) for path, item in PATHS.items() for method in item}

    assert described == {(method, path) for method, path, _ in ROUTES}


def test_the_document_refers_to_contracts_that_exist() -> None:
    events = PATHS["/events"]["post"]["requestBody"]["content"]["application/cloudevents+json"]
    named = [each["$ref"] for each in events["schema"]["oneOf"]]

    assert named == [f"./{row.name}.event.schema.json" for row in INBOUND.values()]
    assert [name for name in named if not (FOLDER / name).exists()] == []


def test_the_document_names_the_content_types_and_limits_of_the_gateway() -> None:
    sent = PATHS["/events"]["post"]["requestBody"]["content"]
    report = PATHS[REQUESTS]["post"]["requestBody"]["content"]

    assert sent["application/cloudevents-batch+json"]["schema"]["maxItems"] == MOST_IN_A_BATCH
    assert set(report) == {FORM, JSON, MULTIPART}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (structured(filed()), 202),
        (structured([filed("e-1"), filed("e-2")]), 202),
        (structured(signed()) | {"token": UNIT}, 202),
        (structured(filed(text=None)), 400),
        (structured(filed()) | {"token": None}, 401),
        (structured(filed(channel="superior")), 403),
        (structured(filed(text="长" * 4000)), 413),
        (structured(filed()) | {"headers": [("content-type", "text/plain")]}, 400),
    ],
)
async def test_answers_to_events_are_as_the_document_says(
    app: Starlette, sent: dict[str, Any], status: int
) -> None:
    answer = await ask(app, "POST", "/events", **sent)

    assert answer.status == status
    assert errors("POST", "/events", answer) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"service_code": ""}, 400),
        ({"service_code": "none"}, 404),
        ({"jurisdiction_id": OTHER_TOWN}, 403),
    ],
)
async def test_answers_to_reports_are_as_the_document_says(
    app: Starlette, fields: dict[str, str], status: int
) -> None:
    report = {"service_code": "garbage", "address_string": "银杏路口"} | fields

    answer = await ask(app, "POST", REQUESTS.format(format="json"), **form(**report))

    assert answer.status == status
    assert errors("POST", REQUESTS, answer) == []


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/events/{id}", {"id": "e-1"}),
        ("/events/{id}", {"id": "none"}),
        ("/open311/v2/discovery.{format}", {}),
        ("/open311/v2/services.{format}", {}),
        ("/open311/v2/services/{code}.{format}", {"code": "garbage"}),
        ("/open311/v2/services/{code}.{format}", {"code": "none"}),
        ("/open311/v2/requests/{id}.{format}", {"id": opened(plan(complaint())).case_id}),
        ("/open311/v2/requests/{id}.{format}", {"id": "none"}),
        ("/open311/v2/tokens/{token}.{format}", {"token": opened(plan(complaint())).case_id}),
        ("/open311/v2/tokens/{token}.{format}", {"token": "none"}),
    ],
)
async def test_answers_to_questions_are_as_the_document_says(
    app: Starlette, path: str, given: dict[str, str]
) -> None:
    answer = await ask(app, "GET", path.format(format="json", **given))

    assert errors("GET", path, answer) == []


def test_every_field_that_a_report_may_have_is_described() -> None:
    described = DOCUMENT["components"]["schemas"]["report"]["properties"]

    assert all(field["description"] for field in described.values())


@pytest.mark.parametrize(("code", "status"), [("right", 200), ("wrong", 404)])
async def test_what_a_follow_code_shows_is_as_the_document_says(code: str, status: int) -> None:
    view = replace(seen(), merged=True, merged_because="同一店铺的前后门")
    town = Town(follow=OneCode("right", view))
    path = "/open311/v2/follow/{code}.{format}"
    answer = await ask(town.app(), "GET", f"/open311/v2/follow/{code}.json", token=None)

    assert answer.status == status
    assert errors("GET", path, answer) == []


async def test_the_answer_to_a_filer_with_a_code_is_as_the_document_says() -> None:
    town = Town(follow=OneCode("right", seen()), decides_first=True)
    said = form(service_code="street-light", address_string="银杏路口")
    event = await ask(town.app(), "POST", "/events", **structured(filed()))
    report = await ask(town.app(), "POST", "/open311/v2/requests.json", **said)

    assert event.json["follow_code"] == "right"
    assert errors("POST", "/events", event) == []
    assert report.json[0]["follow_code"] == "right"
    assert errors("POST", REQUESTS, report) == []


@pytest.mark.parametrize(
    ("token", "said", "status"), [(TASK_TOKEN, SAID, 202), (TASK_TOKEN, {}, 400), ("x", SAID, 404)]
)
async def test_what_a_task_link_answers_is_as_the_document_says(
    token: str, said: dict[str, Any], status: int
) -> None:
    answer = await send(town_of(linked()), token, said)

    assert answer.status == status
    assert errors("POST", "/task-links/{token}", answer) == []
