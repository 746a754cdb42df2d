"""What docs/INTEGRATORS.md tells those without Kafka to type, run as it stands."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from console.gateway.answers import OUTCOMES
from console.gateway.clients import digest_of
from domain.complaints import case_id_of
from packs import pack_of
from tests.integration.promises.events import TENANT
from tests.integration.promises.gateway import TOKEN, GatewayProcess, gateway_of
from tests.integration.promises.town import Servers, Town, open_town
from tests.smoke.commands import sanban

PAGE = (Path(__file__).parents[3] / "docs" / "INTEGRATORS.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## Without Kafka\n")[2].partition("\n## ")[0]
FILING, BECAME, REPORTING, SENDING_A_PHOTO, ASKING = re.findall(
    r"^```sh\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL
)
[CLIENTS] = re.findall(r"^```yaml\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
SOURCE = "https://citizen.example/app"
PNG = b"\x89PNG\r\n\x1a\n a photo of a street light"


@pytest.fixture
async def strict_town(servers: Servers) -> AsyncIterator[Town]:
    """As it is shipped: its sources.yaml counts."""
    async with open_town(servers, pack=pack_of(TENANT)) as opened:
        yield opened


async def typed(gateway: GatewayProcess, commands: str, **more: str) -> str:
    address = f"http://127.0.0.1:{gateway.doors}"
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", commands),
        env=os.environ | {"GATEWAY": address, "TOKEN": TOKEN, **more},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


def documents(output: str) -> list[Any]:
    """JSON documents, one after the other."""
    found, decoder, rest = [], json.JSONDecoder(), output.strip()
    while rest.startswith(("{", "[")):
        document, end = decoder.raw_decode(rest)
        found.append(document)
        rest = rest[end:].strip()
    return found


async def test_what_the_page_says_can_be_typed_from_the_first_event_to_the_state_of_a_case(
    strict_town: Town,
) -> None:
    town = strict_town
    clients, replaced = re.subn("sha256: [0-9a-f]{64}", f"sha256: {digest_of(TOKEN)}", CLIENTS)
    await town.start()
    async with gateway_of(town, clients) as gateway:
        [filed] = documents(await typed(gateway, FILING))
        services, [reported] = documents(await typed(gateway, REPORTING))
        number = reported["service_request_id"]
        photo = town.directory / "photo.png"
        photo.write_bytes(PNG)
        [[sent]] = documents(await typed(gateway, SENDING_A_PHOTO, PHOTO=str(photo)))
        [[again]] = documents(await typed(gateway, SENDING_A_PHOTO, PHOTO=str(photo)))
        with_photo = sent["service_request_id"]
        await town.until_decided(4)
        await town.until_cases(3)
        [became] = documents(await typed(gateway, BECAME))
        asked = await typed(gateway, ASKING, CASE=number)
        cases = await town.cases()
        shown = await sanban("cases", "show", with_photo, **town.environment)
        outcomes = await town.outcomes()

    assert replaced == 1
    assert filed["case"] == case_id_of(TENANT, SOURCE, "app-000731-1")
    assert filed["position"]["topic"] == town.topic
    assert [each["outcome"] for each in became["receipts"]] == ["accepted"]
    assert "street-light" in {each["service_code"] for each in services}
    assert number == case_id_of(TENANT, SOURCE, "report-4711")
    [[seen]] = documents(asked)
    assert seen["status"] == "open"
    assert seen["address"] == "油车港大道与银杏路口"
    assert f"<service_request_id>{number}</service_request_id>" in asked
    [public] = json.loads(asked[asked.rindex("[") :])
    assert public["status_notes"] == seen["status_notes"]
    assert public["address"] is None
    assert cases == {filed["case"], number, with_photo}
    assert outcomes == {"accepted": 3, "duplicate": 1}
    assert again == sent
    assert "phone: is no plain number; it is kept as text." in sent["service_notice"]
    digest = sha256(PNG).hexdigest()
    assert (gateway.photos / with_photo / f"{digest}.png").read_bytes() == PNG
    shown_files = " ".join(shown.output.split())
    assert f"urn:sanban:media:{with_photo}/{digest}.png" in shown_files
    assert "unverified https://photos.example/4711.jpg" in shown_files


def test_the_page_says_what_to_do_about_every_answer() -> None:
    table = SECTION.partition("| status |")[2]
    told = {int(status) for row in table.splitlines() for status in re.findall(r"`(\d{3})`", row)}

    # 405 and 500 are mistakes, of a program and of ours.
    assert told == set(OUTCOMES) - {405, 500}
