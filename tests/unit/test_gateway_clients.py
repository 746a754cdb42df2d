"""The file of clients: read, read again, never half; only their owners have tokens."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
import yaml
from typer.testing import CliRunner

from console.gateway.answers import HttpRefusal
from console.gateway.clients import Client, client_of, digest_of
from console.gateway.limits import Buckets
from console.gateway.moments import REMEMBERED, FirstReport, Moments
from domain.vocabulary import Channel
from runtime.cli.main import app_of
from runtime.problems import Problem
from runtime.services.gateway.clients import (
    ClientsFile,
    development_clients,
    new_token,
    why_refused,
)
from tests.fakes.gateway import NOW, OTHER, POLICIES, TOKEN


def refused_by(work: Callable[[], None]) -> HttpRefusal | None:
    try:
        work()
    except HttpRefusal as refusal:
        return refusal
    return None


ROW = """\
clients:
  - {name: app, tenant: youchegang, source: "https://citizen.example/app", channel: citizen,
     sha256: %s}
"""


def wrong(path: Path) -> str:
    """What the log says about the file."""
    with structlog.testing.capture_logs() as lines:
        ClientsFile(str(path)).current()
    [line] = lines
    assert line["event"] == "gateway.clients_not_read"
    return str(line["detail"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "clients.yaml"
    file.write_text(ROW % digest_of(TOKEN))
    return file


async def test_whoever_has_a_line_has_a_token(path: Path) -> None:
    file = ClientsFile(str(path))

    client = client_of(TOKEN, file.current())

    assert client is not None
    assert client.name == "app"
    assert client.channel == Channel.CITIZEN
    assert client.per_minute == 60
    assert client.burst == 20
    assert client_of(OTHER, file.current()) is None
    assert await file.why_not_ready() is None


def test_the_file_is_read_again_when_it_changes(path: Path) -> None:
    file = ClientsFile(str(path))
    file.current()

    path.write_text(ROW % digest_of(OTHER))
    os.utime(path, ns=(1, 1))

    assert client_of(TOKEN, file.current()) is None
    assert client_of(OTHER, file.current()) is not None


async def test_a_slip_of_the_pen_shuts_nobody_out(path: Path) -> None:
    file = ClientsFile(str(path))
    file.current()

    path.write_text("clients: [{name: app}]")
    with structlog.testing.capture_logs() as lines:
        known = [file.current() for _ in range(3)]

    assert all(client_of(TOKEN, clients) for clients in known)
    assert await file.why_not_ready() is None
    assert len(lines) == 1


async def test_a_gateway_without_clients_is_not_ready(tmp_path: Path) -> None:
    assert "SANBAN_GATEWAY_CLIENTS is not set" in str(await ClientsFile("").why_not_ready())
    missing = ClientsFile(str(tmp_path / "none.yaml"))
    assert "cannot read" in str(await missing.why_not_ready())

    (tmp_path / "none.yaml").write_text(ROW % digest_of(TOKEN))

    assert await missing.why_not_ready() is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("sha256: ", "sha256: x"), "clients.yaml:3: clients[0].sha256: "),
        (("citizen,", "pigeon,"), "clients.yaml:2: clients[0].channel: "),
        (("name: app", "nam: app"), "clients.yaml:2: clients[0].name: "),
        (("clients:", "clients: x: y"), "clients.yaml:1: not YAML"),
        (("https://citizen.example/app", "https://沈.example"), "clients[0].source: "),
    ],
)
def test_a_wrong_file_is_told_by_line(path: Path, change: tuple[str, str], said: str) -> None:
    path.write_text(path.read_text().replace(*change))

    assert said in wrong(path)


def test_a_token_written_where_its_digest_belongs_is_not_repeated(path: Path) -> None:
    path.write_text(ROW % TOKEN)

    assert TOKEN not in wrong(path)


def test_two_clients_have_two_names_and_two_tokens(path: Path) -> None:
    row = (ROW % digest_of(TOKEN)).partition("\n")[2]
    path.write_text(path.read_text() + row)

    assert "two clients have the name app" in wrong(path)


def test_tokens_cannot_be_guessed_nor_found_in_the_file() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(re.fullmatch(r"sbn_[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_the_command_makes_a_token_and_a_line_that_fits_it(tmp_path: Path) -> None:
    source = "https://citizen.example/app"
    words = ["gateway-token", "app", "--tenant", "youchegang", "--source", source, "--burst", "5"]

    done = CliRunner().invoke(app_of(words), words)

    (tmp_path / "clients.yaml").write_text(f"clients:\n{done.stdout}")
    [token] = re.findall(r"^sbn_\S+", done.stderr, re.MULTILINE)
    clients = ClientsFile(str(tmp_path / "clients.yaml")).current()
    client = client_of(token, clients)
    assert client is not None
    assert client.source == source
    assert client.burst == 5
    assert token not in done.stdout


def test_the_command_doubts_a_client_that_the_gateway_would_refuse() -> None:
    words = ["gateway-token", "app", "--tenant", "youchegan", "--source", "https://citizen.example"]
    done = CliRunner().invoke(app_of(words), words)

    assert "no tenant 'youchegan'; did you mean 'youchegang'?" in done.stderr
    assert done.stdout.startswith("  - {name: app")


def client_in(**changed: object) -> Client:
    sound = {
        "name": "app",
        "tenant": "youchegang",
        "source": "https://citizen.example/app",
        "channel": "citizen",
        "sha256": "0" * 64,
    }
    return Client.model_validate(sound | changed)


OFFICE = "https://hetang.example/office"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tenant": "youchegan"}, "no tenant 'youchegan'; did you mean 'youchegang'?"),
        (
            {"source": "https://citizen.example/ap"},
            "no source 'https://citizen.example/ap'; did you mean 'https://citizen.example/app'?",
        ),
        ({"channel": "camera"}, "data.channel: this source may not claim camera, but citizen"),
        ({"may_act_as": [{"role": "handler"}]}, "source: it may not act on cases"),
        (
            {"source": OFFICE, "may_act_as": [{"role": "handler", "unit": "hetang-vilage"}]},
            "data.actor.unit: this source may not act for it: it may act for hetang-village",
        ),
    ],
)
def test_a_client_that_its_town_refuses_is_known_before_it_asks(
    changed: dict[str, object], said: str
) -> None:
    found = list(why_refused(client_in(**changed), POLICIES))

    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_client_that_its_town_takes_has_no_finding() -> None:
    acting = client_in(source=OFFICE, may_act_as=[{"role": "handler", "unit": "hetang-village"}])

    assert list(why_refused(client_in(), POLICIES)) == []
    assert list(why_refused(acting, POLICIES)) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["my app", "--tenant", "youchegang", "--source", "https://a.example"], "name"),
        (["app", "--tenant", "You", "--source", "来源"], "tenant and source"),
        (["app", "--tenant", "y", "--source", "https://a.example", "--burst", "0"], "burst"),
    ],
)
def test_the_command_makes_no_line_that_would_not_be_read(words: list[str], named: str) -> None:
    done = CliRunner().invoke(app_of(["gateway-token"]), ["gateway-token", *words])

    assert isinstance(done.exception, Problem)
    assert f"client: {named} --" in str(done.exception)
    assert done.stdout == ""


def test_development_has_a_client_for_each_town_that_its_town_listens_to(tmp_path: Path) -> None:
    made = development_clients(tmp_path, POLICIES)

    clients = ClientsFile(str(made.file)).current()
    assert {client.tenant for client in clients} == set(POLICIES)
    for tenant, token in made.tokens.items():
        client = client_of(token, clients)
        assert client is not None
        assert client.tenant == tenant
        rules = POLICIES[tenant].sources
        assert not rules or any(client.channel in rule.channels for rule in rules)
    assert (tmp_path / "gateway-tokens").stat().st_mode & 0o077 == 0
    assert development_clients(tmp_path, POLICIES) == made


def test_tokens_of_development_are_not_in_the_file_of_clients(tmp_path: Path) -> None:
    made = development_clients(tmp_path, POLICIES)

    said = yaml.safe_load(made.file.read_text())

    assert not any(token in str(said) for token in made.tokens.values())


# --- Rates.


def test_a_bucket_fills_at_its_rate_and_not_above_its_burst() -> None:
    seconds = [0.0]
    buckets = Buckets(lambda: seconds[0])

    def taken() -> int:
        """How many it gives before it says no."""
        number = 0
        while refused_by(lambda: buckets.take("a", per_minute=30, burst=3)) is None:
            number += 1
        return number

    assert taken() == 3
    seconds[0] += 1
    assert taken() == 0
    seconds[0] += 1
    assert taken() == 1
    seconds[0] += 3600
    assert taken() == 3


def test_a_refusal_says_when_there_is_enough_again() -> None:
    seconds = [0.0]
    buckets = Buckets(lambda: seconds[0])
    buckets.take("a", per_minute=6, burst=5, number=5)

    refusal = refused_by(lambda: buckets.take("a", per_minute=6, burst=5, number=2))
    assert refusal is not None
    assert refusal.retry_after is not None
    seconds[0] += refusal.retry_after

    assert refused_by(lambda: buckets.take("a", per_minute=6, burst=5, number=2)) is None


def test_moments_are_kept_in_bounded_memory() -> None:
    moments = Moments()
    for number in range(REMEMBERED + 5):
        moments.keep(f"case-{number}", FirstReport("k", NOW))

    assert moments.known("case-4") is None
    assert moments.known(f"case-{REMEMBERED + 4}") == FirstReport("k", NOW)
