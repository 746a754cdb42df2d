"""Somebody without Kafka files a complaint at a `sanban up`, with what it printed."""

import asyncio
import json
import re
import urllib.request

from tests.limits import EVENT_S
from tests.smoke.conftest import UpProcess


def asked(url: str, token: str, body: bytes | None = None) -> bytes:
    kind = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, body, kind)  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=EVENT_S) as answer:  # noqa: S310 - ours
        read: bytes = answer.read()
    return read


async def test_the_printed_address_and_token_file_a_report(up: UpProcess) -> None:
    said = up.log.read_text()
    [url] = re.findall(r"^gateway +(http://\S+)$", said, re.MULTILINE)
    tokens = dict(re.findall(r"^  token +(\S+) +for tenant (\S+)$", said, re.MULTILINE))
    [token] = [token for token, tenant in tokens.items() if tenant == "youchegang"]
    report = {"service_code": "garbage", "address_string": "银杏路口", "description": "垃圾桶满溢"}

    def file() -> bytes:
        return asked(f"{url}/open311/v2/requests.json", token, json.dumps(report).encode())

    [told] = json.loads(await asyncio.to_thread(file))
    number = told["service_request_id"]

    async def listed() -> bool:
        done = await up.type("cases", "list")
        return number in done.output

    seen = False
    async with asyncio.timeout(EVENT_S):
        while not seen:
            seen = await listed()
    assert seen
