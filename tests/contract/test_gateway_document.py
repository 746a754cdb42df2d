"""A foreign client that asks whatever gateway.openapi.yaml allows, and what it forbids.

Schemathesis makes the requests from the published document and judges the answers: no defect, and
no status, content type or body that the document does not have. The HTTP server and the database
are those of production, and only the broker is a fake. Which requests are made does not change
from run to run.
"""

import asyncio
import json
from collections import Counter
from typing import Any, TypeAlias

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.gateway.app import ROUTES
from runtime.embedded.ports import LOOPBACK
from runtime.services.gateway.questions import JournaledRequests, LedgerReceipts
from runtime.wiring.http_server import serving
from store.connection import Database
from tests.contract.schemas import FOLDER
from tests.fakes.gateway import CLIENTS, TOKEN, Town
from tests.limits import EVENT_S
from tools.contracts.openapi import FILE

REQUESTS_EACH = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]

DOCUMENT = schemathesis.openapi.from_path(FOLDER / FILE)
OPERATIONS: dict[str, Operation] = {
    f"{each.method.upper()} {each.path}": each
    for each in (found.ok() for found in DOCUMENT.get_all_operations() if isinstance(found, Ok))
}


def asked(operation: Operation, mode: GenerationMode, url: str) -> Counter[int]:
    """Ask and judge the answers; return how many there were of each status."""
    found = Counter[int]()

    @settings(
        max_examples=REQUESTS_EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[*HealthCheck],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            _of_the_town(case)
        token = {"Authorization": f"Bearer {TOKEN}"}
        answer = case.call(base_url=url, headers=token, timeout=EVENT_S)
        found[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
    return found


def _of_the_town(case: Case[Any]) -> None:
    """Ask about this town and one of its services: what is not there ends every request early."""
    body = case.body if isinstance(case.body, dict) else {}
    for fields in (case.query or {}, body):
        fields.pop("jurisdiction_id", None)
    if "service_code" in body:
        body["service_code"] = "garbage"


def test_every_route_is_asked() -> None:
    assert {*OPERATIONS} == {f"{method} {path}" for method, path, _ in ROUTES}


# The pool of connections draws a random pause meanwhile, in the same process.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("mode", [*GenerationMode], ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_gateway_answers_as_its_document_says(
    database: Database, name: str, mode: GenerationMode
) -> None:
    unlimited = {"per_minute": 1_000_000, "burst": 100_000}
    town = Town(clients=tuple(each.model_copy(update=unlimited) for each in CLIENTS))
    app = town.app(cases=JournaledRequests(database), receipts=LedgerReceipts(database))

    async with serving(app, LOOPBACK, 0) as url:
        found = await asyncio.to_thread(asked, OPERATIONS[name], mode, url)

    assert found.total() > 0


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.schema.json")), ids=lambda path: path.name)
def test_tools_that_read_json_as_yaml_read_the_same(path: Any) -> None:
    text = path.read_text(encoding="utf-8")

    assert yaml.safe_load(text) == json.loads(text)
