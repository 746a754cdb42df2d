"""Every error of the gateway is told in the format that its caller reads."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typing_extensions import override

from console.gateway.ports import CaseSnapshot
from schemas.intake import Unavailable
from tests.fakes.gateway import Answer, Town, ask, form
from tests.fakes.gateway_ports import FakeCases

REQUESTS = "/open311/v2/requests"
REPORT = form(service_code="garbage", address_string="银杏路口")
XML_HEADER = ("accept", "text/html, application/xml;q=0.9, application/json;q=0.5, */*;q=0.1")


class BrokenCases(FakeCases):
    """A defect of ours, of which there is always one more."""

    @override
    async def find(self, tenant: str, case_id: str) -> CaseSnapshot | None:
        raise ZeroDivisionError


def must_be_geo_report(answer: Answer, status: int, fmt: str) -> None:
    assert answer.status == status
    if fmt == "json":
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert [set(each) for each in answer.json] == [{"code", "description"}]
        assert [each["code"] for each in answer.json] == [status]
        return
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.body)  # noqa: S314 - our own
    assert root.tag == "errors"
    assert root.findtext("error/code") == str(status)
    assert root.findtext("error/description")


async def refused_with(status: int, fmt: str) -> Answer:
    """Return an answer of this status to a caller of this format."""
    town = Town(max_bytes=4096)
    path, method, sent = f"{REQUESTS}.{fmt}", "POST", dict(REPORT)
    match status:
        case 404:
            path, method, sent = f"/open311/v2/nothing.{fmt}", "GET", {}
        case 405:
            method, sent = "DELETE", {}
        case 413:
            sent |= {"body": b"description=" + b"a" * 5000}
        case 415:
            sent |= {"headers": [("content-type", "text/plain")]}
        case 429:
            client = town.clients[0].model_copy(update={"burst": 1, "per_minute": 1})
            town.clients = (client,)
        case 500:
            town.cases = BrokenCases()
            path, method, sent = f"{REQUESTS}/7kq2m-9xa4t-bnc2w.{fmt}", "GET", {}
        case 503:
            town.broker.away = Unavailable("kafka")
    app = town.app()
    if status == 429:
        await ask(app, method, path, **sent)
    return await ask(app, method, path, **sent, fails=status == 500)


@pytest.mark.parametrize("fmt", ["json", "xml"])
@pytest.mark.parametrize("status", [404, 405, 413, 415, 429, 500, 503])
async def test_every_error_has_the_format_of_the_address(status: int, fmt: str) -> None:
    must_be_geo_report(await refused_with(status, fmt), status, fmt)


@pytest.mark.parametrize(
    ("path", "accept", "fmt"),
    [
        ("/open311/v2/nothing", XML_HEADER[1], "xml"),
        ("/open311/v2/services.csv", "text/xml", "xml"),
        ("/open311/v2/services.csv", "application/json, text/xml", "json"),
        ("/open311/v2/services.csv", "text/xml;q=x, */*", "json"),
        ("/open311/v2/nothing", "", "json"),
        ("/open311/v2/nothing.json", "text/xml", "json"),
        ("/nothing.XML", "", "xml"),
        ("/nothing", "application/xml", "xml"),
    ],
)
async def test_an_address_without_a_format_answers_in_that_of_the_header(
    path: str, accept: str, fmt: str
) -> None:
    answer = await ask(Town().app(), "GET", path, headers=[("accept", accept)])

    must_be_geo_report(answer, 404, fmt)


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/events", 405)])
async def test_others_read_problem_details(path: str, status: int) -> None:
    answer = await ask(Town().app(), "GET", path)

    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/open311/v2/requests.json", "GET, HEAD, POST"),
        ("PUT", "/open311/v2/requests/7kq2m-9xa4t-bnc2w.xml", "GET, HEAD"),
        ("POST", "/open311/v2/services.json", "GET, HEAD"),
        ("OPTIONS", "/open311/v2/discovery.json", "GET, HEAD"),
        ("GET", "/events", "POST"),
        ("POST", "/events/e-1", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_there_is_answered_with_those_that_are(
    method: str, path: str, allowed: str
) -> None:
    answer = await ask(Town().app(), method, path)

    assert answer.status == 405
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("ending", ["JSON", "Json", "XML"])
async def test_the_ending_of_an_address_may_have_capitals(ending: str) -> None:
    answer = await ask(Town().app(), "POST", f"{REQUESTS}.{ending}", **REPORT)

    assert answer.status == 200
    kind: Any = answer.headers["content-type"]
    assert kind.partition(";")[0] == ("text/xml" if ending == "XML" else "application/json")
