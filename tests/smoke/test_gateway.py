"""A citizen's app without Kafka files a complaint at a `sanban up`, with what it printed."""

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.limits import EVENT_S
from tests.smoke.conftest import UpProcess


def asked(url: str, token: str, body: bytes | None = None) -> bytes:
    kind = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, body, kind)  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=EVENT_S) as answer:  # noqa: S310 - ours
        read: bytes = answer.read()
    return read


async def test_the_printed_address_and_file_of_tokens_are_enough_for_a_report(
    up: UpProcess,
) -> None:
    said = up.log.read_text()
    [url] = re.findall(r"^gateway +(http://\S+)$", said, re.MULTILINE)
    [kept] = re.findall(r"^  tokens +(\S+): ", said, re.MULTILINE)
    token = dict(line.split() for line in Path(kept).read_text().splitlines())["youchegang"]
    report = {"service_code": "garbage", "address_string": "银杏路口", "description": "垃圾桶满溢"}

    def file() -> bytes:
        """File it, again when intake is busy for longer than the gateway waits for its outcome."""
        while True:
            try:
                return asked(f"{url}/open311/v2/requests.json", token, json.dumps(report).encode())
            except urllib.error.HTTPError as refusal:
                assert refusal.code == 503, refusal  # noqa: PT017 - the others are failures
                time.sleep(float(refusal.headers["Retry-After"]))

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
