"""Whom a request counts for: the client of its key, else the address that asks."""

from ipaddress import ip_network

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from console.gateway.addresses import Header, TrustedProxies, group_of
from console.gateway.answers import HttpRefusal
from console.gateway.context import ANONYMOUS_BURST
from console.gateway.limits import Buckets
from tests.fakes.gateway import TOKEN, Answer, Town, ask, form

DISCOVERY, REQUESTS = "/open311/v2/discovery.json", "/open311/v2/requests.json"
WRONG = "sbn_wrong"
PROXIES = TrustedProxies((ip_network("10.0.0.0/8"), ip_network("fd00::/8")))
FORWARDED = TrustedProxies(PROXIES.networks, "forwarded")


async def flood(app: Starlette, peer: str = "192.0.2.1", **headers: str) -> list[int]:
    sent = [*headers.items()]
    asked = [
        await ask(app, "GET", DISCOVERY, token=None, peer=peer, headers=sent)
        for _ in range(ANONYMOUS_BURST + 1)
    ]
    return [each.status for each in asked]


async def report(app: Starlette, key: str, peer: str = "192.0.2.1") -> Answer:
    """File with the key in the form, as Open311 clients do."""
    fields = {"service_code": "garbage", "address_string": "银杏路口", "api_key": key}
    return await ask(app, "POST", REQUESTS, token=None, peer=peer, **form(**fields))


async def test_a_flood_without_keys_does_not_touch_a_client_with_one_even_at_its_address() -> None:
    app = Town().app()

    assert (await flood(app))[-1] == 429
    assert (await report(app, TOKEN)).status == 200
    assert (await ask(app, "GET", REQUESTS)).status == 200
    assert (await ask(app, "GET", f"{REQUESTS}?api_key={TOKEN}", token=None)).status == 200


async def test_a_flood_from_one_address_does_not_touch_another() -> None:
    app = Town().app()
    await flood(app, "2001:db8:1:2::3")

    neighbour = await ask(app, "GET", DISCOVERY, token=None, peer="2001:db8:1:2::4")
    stranger = await ask(app, "GET", DISCOVERY, token=None, peer="2001:db8:1:3::3")

    assert neighbour.status == 429
    assert int(neighbour.headers["retry-after"]) > 0
    assert stranger.status == 200


@pytest.mark.parametrize("where", ["form", "header", "query", "events"])
async def test_a_wrong_key_costs_its_address_and_no_client(where: str) -> None:
    app = Town().app()

    async def guess() -> Answer:
        match where:
            case "form":
                return await report(app, WRONG)
            case "query":
                return await ask(app, "GET", f"{REQUESTS}?api_key={WRONG}", token=None)
            case "header":
                return await ask(app, "GET", REQUESTS, token=WRONG)
        return await ask(app, "GET", "/events/e-1", token=WRONG)

    told = [(await guess()).status for _ in range(ANONYMOUS_BURST + 1)]

    assert told == [401 if where == "events" else 403] * ANONYMOUS_BURST + [429]
    assert (await report(app, TOKEN)).status == 200


async def test_a_busy_client_does_not_touch_its_address() -> None:
    app = Town().app()
    told = [(await report(app, TOKEN)).status for _ in range(21)]

    assert told[-1] == 429
    assert (await ask(app, "GET", DISCOVERY, token=None, peer="192.0.2.1")).status == 200


async def test_behind_our_proxy_each_of_its_callers_has_a_bucket() -> None:
    app = Town(proxies=PROXIES).app()
    await flood(app, "10.0.0.7", **{"x-forwarded-for": "192.0.2.1"})

    other = [("x-forwarded-for", "192.0.2.1, 192.0.2.2")]
    told = await ask(app, "GET", DISCOVERY, token=None, peer="10.0.0.7", headers=other)

    assert told.status == 200


async def test_nobody_else_is_believed_about_an_address() -> None:
    app = Town(proxies=PROXIES).app()
    told = [
        await ask(
            app,
            "GET",
            DISCOVERY,
            token=None,
            peer="192.0.2.9",
            headers=[("x-forwarded-for", f"203.0.113.{number}")],
        )
        for number in range(ANONYMOUS_BURST + 1)
    ]

    assert told[-1].status == 429


@pytest.mark.parametrize(
    ("peer", "header", "said", "origin"),
    [
        ("192.0.2.9", "x-forwarded-for", ["203.0.113.1"], "192.0.2.9"),
        ("10.0.0.7", "x-forwarded-for", [], "10.0.0.7"),
        ("10.0.0.7", "x-forwarded-for", ["203.0.113.1, 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.7", "x-forwarded-for", ["203.0.113.1", "192.0.2.1, 10.1.1.1"], "192.0.2.1"),
        ("::ffff:10.0.0.7", "x-forwarded-for", ["192.0.2.1:4711"], "192.0.2.1"),
        ("fd00::1", "x-forwarded-for", ["[2001:db8:1:2::3]:4711"], "2001:db8:1:2::/64"),
        ("fd00::1", "x-forwarded-for", ["2001:db8:1:2::3"], "2001:db8:1:2::/64"),
        ("10.0.0.7", "x-forwarded-for", ["192.0.2.1, unknown"], "10.0.0.7"),
        ("10.0.0.7", "x-forwarded-for", ["192.0.2.1, unknown, 10.1.1.1"], "10.1.1.1"),
        ("10.0.0.7", "x-forwarded-for", [", ,,"], "10.0.0.7"),
        ("10.0.0.7", "forwarded", ["for=203.0.113.1, For=192.0.2.1;proto=https"], "192.0.2.1"),
        ("10.0.0.7", "forwarded", ['proto=https;for="[2001:db8::3]:80"'], "2001:db8::/64"),
        ("10.0.0.7", "forwarded", ["for=192.0.2.1, for=_hidden"], "10.0.0.7"),
        ("10.0.0.7", "forwarded", ["for=192.0.2.1, by=10.0.0.7"], "10.0.0.7"),
        ("", "x-forwarded-for", ["192.0.2.1"], ""),
    ],
)
def test_the_address_is_read_from_the_right(
    peer: str, header: Header, said: list[str], origin: str
) -> None:
    """Whatever is left of what our own proxy wrote, the client may have written itself."""
    other: Header = "forwarded" if header == "x-forwarded-for" else "x-forwarded-for"
    lies = {"forwarded": "for=198.51.100.1", "x-forwarded-for": "198.51.100.1"}[other]
    sent = [(header, each) for each in said] + [(other, lies)]
    request = Request(
        {
            "type": "http",
            "client": (peer, 1),
            "headers": [(name.encode(), value.encode()) for name, value in sent],
        }
    )

    proxies = PROXIES if header == "x-forwarded-for" else FORWARDED

    assert proxies.origin_of(request) == origin


def test_an_address_without_a_network_of_its_own_is_itself() -> None:
    assert group_of("192.0.2.1") == "192.0.2.1"
    assert group_of("fe80::1%eth0") == "fe80::/64"
    assert group_of("a socket") == "a socket"


# --- Memory.


def test_buckets_are_bounded_and_none_that_counts_is_forgotten() -> None:
    seconds = 0.0
    buckets = Buckets(lambda: seconds, most=3)

    def take(name: str) -> bool:
        try:
            buckets.take(name, per_minute=60, burst=1)
        except HttpRefusal:
            return False
        return True

    assert [take(name) for name in "abc"] == [True] * 3
    assert [take(name) for name in "de"] == [True, False]  # one bucket for all who come now
    assert not take("a")
    seconds = 1
    assert [take(name) for name in "fgh"] == [True] * 3  # full again, so forgotten
    assert not take("f")
    assert len(buckets) == 3
