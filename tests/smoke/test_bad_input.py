"""Whoever types something wrong is told in one line what, and the command does not succeed."""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import pytest

from domain.complaints import case_id_of
from packs import pack_of
from runtime.embedded.ports import LOOPBACK, free_port
from tests.integration.promises.events import TENANT, Event, event
from tests.smoke.commands import Told, sanban
from tests.smoke.conftest import PORTS, UpProcess
from tests.smoke.test_embedded_broker import lines, until

NOBODY = f"{LOOPBACK}:1"
NO_DATABASE = {"SANBAN_DATABASE_URL": f"postgresql://sanban_app@{NOBODY}/sanban"}
NO_TEMPORAL = {"TEMPORAL_ADDRESS": NOBODY}
NO_BROKER = {"SANBAN_KAFKA_BOOTSTRAP": NOBODY}
AT_ONCE = asyncio.Semaphore(3)

Typed = Mapping[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], str]


def typed(*words: str, **settings: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    return words, tuple(settings.items())


async def test_wrong_settings_and_absent_servers_are_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text("{}\n{broken\n")
    (tmp_path / "sound.jsonl").write_text("{}")
    broken, sound = str(tmp_path / "broken.jsonl"), str(tmp_path / "sound.jsonl")
    (tmp_path / "contacts.yaml").write_text("people: {town: {li: {addresses: [pigeon://x]}}}")
    contacts = str(tmp_path / "contacts.yaml")
    with socket.create_server((LOOPBACK, 0)) as listener:
        taken = str(listener.getsockname()[1])
        everywhere = {"SANBAN_HOME": str(tmp_path)} | NO_DATABASE | NO_TEMPORAL
        wrong: Typed = {
            typed("cases", "list"): "SANBAN_DATABASE_URL is not set",
            typed("cases", "list", SANBAN_DATABASE_URL="mysql://x"): "not a PostgreSQL URL",
            typed("cases", "list", SANBAN_DATABASE_URL="postgresql://a:s%zz@b/c"): "not a Postgre",
            typed("cases", "list", **NO_DATABASE): "Connection refused -- start PostgreSQL",
            typed("audit", "verify", **NO_DATABASE): "Connection refused -- start PostgreSQL",
            typed("migrate", SANBAN_DATABASE_OWNER_URL=NO_DATABASE["SANBAN_DATABASE_URL"]): (
                "Connection refused -- start PostgreSQL"
            ),
            typed("worker", **NO_DATABASE): "TEMPORAL_ADDRESS is not set",
            typed("worker", TEMPORAL_ADDRESS="temporal"): "'temporal' is not host:port",
            typed("worker", **NO_TEMPORAL): "SANBAN_DATABASE_URL is not set",
            typed("intake", SANBAN_HTTP_PORT="65536"): "SANBAN_HTTP_PORT: .* 65535",
            typed("intake", SANBAN_HTTP_PORT="http"): "SANBAN_HTTP_PORT: must be a whole number",
            typed("intake", SANBAN_KAFKA_SECURITY="{"): "SANBAN_KAFKA_SECURITY: not JSON",
            typed("worker", SANBAN_PACKS='["/nowhere"]', **everywhere): "no policy pack in /nowher",
            typed("worker", SANBAN_HTTP_PORT=taken, **everywhere): f"cannot listen .*:{taken}",
            typed("notify", **everywhere): "SANBAN_CONTACTS is not set",
            typed("notify", SANBAN_CONTACTS="no.yaml", **everywhere): "cannot read no.yaml",
            typed("notify", SANBAN_CONTACTS=contacts, **everywhere): r"yaml:1: people.town.li.addr",
            typed("publish", "nowhere.jsonl"): "cannot read nowhere.jsonl",
            typed("publish", broken): "broken.jsonl:2: not JSON",
            typed("publish", sound): "SANBAN_KAFKA_BOOTSTRAP is not set",
            typed("publish", sound, **NO_BROKER): f"check that a broker runs at {NOBODY}",
            typed("publish", sound, "--wait", **NO_BROKER): f"check that a broker runs at {NOBODY}",
            typed("lint", "nowhere.jsonl"): "cannot read nowhere.jsonl",
            typed("policy", "check", "/nowhere"): "no policy pack in /nowhere",
            typed(
                *("up", "--temporal-port", taken), SANBAN_HOME=str(tmp_path)
            ): f"port {taken} on {LOOPBACK} is in use by process",
        }

        assert await unlike_told(wrong, {}) == []


async def test_wrong_words_about_a_case_are_told_in_one_line(up: UpProcess, tmp_path: Path) -> None:
    one, other = twins()
    await up.type("publish", str(lines(tmp_path, one, other)))
    await until(up, lambda told: told.code == 0, "cases", "show", other.case_id)
    await until(up, lambda told: told.code == 0, "cases", "show", one.case_id)
    elsewhere = another_pack(tmp_path)
    case, act = one.case_id, ("cases", "act", one.case_id)
    tang = ("--as", "tang-ke")
    wrong: Typed = {
        typed("cases", "show", "iiiii"): "no case begins with 'iiiii'",
        typed("cases", "show", case[:2]): f"'{case[:2]}' begins several case numbers: .*{case}",
        typed("cases", "explain", case, SANBAN_PACKS=f'["{elsewhere}"]'): "no policy pack for tena",
        typed(*act, "resolve", "result=早", *tang): r"refused \(wrong_stage\): .*dispatched",
        typed(*act, "sign", "--as", "xu-meng"): f"no case begins with '{case}'",
        typed(*act, "sing", *tang): "no command 'sing' -- did you mean sign?",
        typed(*act, "sign", "--as", "tang-k"): "no person 'tang-k' .* did you mean tang-ke?",
        typed(*act, "sign"): "no person given",
        typed(*act, "sign", "note=x", *tang): "sign has no field 'note'",
        typed(*act, "resolve", "早", *tang): "'早' is not name=value",
        typed(*act, "resolve", *tang): "resolve: result: is missing; add it",
        typed(*act, "verify", "passed=perhaps", "--as", "xie-bin"): "passed: must be true or false",
        typed(*act, "resolve", "evidence=/nowhere.jpg", *tang): "evidence /nowhere.jpg: No such",
        typed(*act, "sign", "--id", "two words", *tang): "sign: id: ",
        typed(*act, "sign", *tang, **NO_TEMPORAL): f"no Temporal server at {NOBODY}",
    }

    assert await unlike_told(wrong, {"SANBAN_HOME": str(up.home)}) == []


async def test_a_broken_pack_is_told_by_file_and_line(tmp_path: Path) -> None:
    pack = another_pack(tmp_path)
    with (pack / "units.yaml").open("a") as units:
        units.write("  - {id: nobody, name: 没人, name_en: Nobody, parent: no-such-unit}\n")
    told = await sanban("policy", "check", str(pack))

    assert told.code != 0
    assert re.search(r"units.yaml:\d+: .*no-such-unit", told.complaint)
    assert "Traceback" not in told.complaint


async def unlike_told(wrong: Typed, everywhere: Mapping[str, str]) -> list[str]:
    """What did not end in failure and the one line that is wanted."""

    async def ask(words: tuple[str, ...], settings: Mapping[str, str], wanted: str) -> str | None:
        async with AT_ONCE:
            told = await sanban(*words, **{**everywhere, **settings})
        return None if is_one_line(told, wanted) else f"{' '.join(words)} {settings}: {told}"

    found = await asyncio.gather(
        *(ask(words, dict(settings), wanted) for (words, settings), wanted in wrong.items())
    )
    return [each for each in found if each is not None]


def is_one_line(told: Told, wanted: str) -> bool:
    [*_, last] = told.complaint.splitlines() or [""]
    alone = told.complaint == f"{last}\n" and not told.output
    return told.code != 0 and alone and re.search(wanted, last) is not None


def twins() -> tuple[Event, Event]:
    """Two complaints whose case numbers begin alike."""
    seen: dict[str, str] = {}
    for number in count():
        name = f"twin-{number}"
        beginning = case_id_of(TENANT, "/demo/smoke", name)[:2]
        if beginning in seen:
            return event("/demo/smoke", seen[beginning]), event("/demo/smoke", name)
        seen[beginning] = name
    raise AssertionError("numbers never end")


def another_pack(directory: Path) -> Path:
    """The shipped one, for another tenant."""
    pack = directory / "elsewhere"
    shutil.copytree(pack_of("youchegang"), pack)
    policy = pack / "policy.yaml"
    policy.write_text(policy.read_text().replace(f"tenant: {TENANT}", "tenant: elsewhere"))
    return pack


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("--temporal-port", "--temporal-port"),
        ("--ui-port", "--ui-port"),
        ("--kafka-port", "--kafka-port"),
        ("--gateway-port", "--gateway-port"),
        ("--console-port", "--console-port"),
        ("SANBAN_HTTP_PORT", "SANBAN_HTTP_PORT"),
    ],
)
async def test_up_names_a_port_in_use_and_its_user_before_it_starts_a_server(
    option: str, advice: str, tmp_path: Path
) -> None:
    ports = {f"--{each}-port": str(free_port()) for each in PORTS}
    with socket.create_server((LOOPBACK, 0)) as holder:
        busy = holder.getsockname()[1]
        settings = {option: str(busy)} if option not in ports else {}
        if option in ports:
            ports[option] = str(busy)
        words = [word for pair in ports.items() for word in pair]
        told = await sanban("up", "--home", str(tmp_path / "home"), *words, **settings)

    assert told.code == 2
    assert f"port {busy} on {LOOPBACK} is in use by process {os.getpid()} " in told.complaint
    assert advice in told.complaint
    assert not (tmp_path / "home" / "postgres").exists()
