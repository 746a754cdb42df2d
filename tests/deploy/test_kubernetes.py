"""The files for operators beside the chart: topics, users, databases, ways in."""

import re
from typing import Any

import kubernetes_validate
import yaml

from console.desk.bodies import MOST_BYTES
from runtime.kafka_rights import users_of_processes
from runtime.needs import wanted_topics
from runtime.processes import PROCESSES
from runtime.settings import Settings
from store.roles import APP_ROLE, READER_ROLES, ROLES
from tools.deploy.__main__ import FOLDER
from tools.deploy.strimzi import REPLIES
from tools.pages.source import ROOT

KUBERNETES = FOLDER / "kubernetes"
RUNBOOK = (ROOT / "docs" / "RUNBOOK.md").read_text(encoding="utf-8")
SETTINGS = Settings.model_construct(replies_topic=REPLIES)


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((KUBERNETES / name).read_text(encoding="utf-8")))


def test_every_topic_and_user_is_an_object_of_strimzi() -> None:
    found = documents("strimzi.yaml")
    topics = {each["metadata"]["name"] for each in found if each["kind"] == "KafkaTopic"}
    users = {each["metadata"]["name"] for each in found if each["kind"] == "KafkaUser"}

    assert topics == {topic.name for topic in wanted_topics(SETTINGS)}
    assert users == {user.name for user in users_of_processes()}


def test_the_runbook_grants_what_strimzi_grants() -> None:
    """Read from the RUNBOOK's table: what each row says of a topic, the user of its process has."""
    table = RUNBOOK.partition("| program | needs |")[2].partition("\n\n")[0]
    for process in PROCESSES:
        if not process.topics:
            continue
        command = " ".join(
            process.command[:2] if process.name == "checkpoints" else process.command
        )
        [row] = re.findall(rf"^\| `sanban {command}` \| (.+) \|$", table, re.MULTILINE)
        [user] = [each for each in users_of_processes() if each.name == f"sanban-{process.name}"]
        said = {
            (topic, operation)
            for operation, names in re.findall(r"`(READ|WRITE)` on (?:topics? )?(.+?)(?:;|$)", row)
            for topic in re.findall(r"`(sanban\.[a-z-]+)`", names)
        }
        granted = {
            (getattr(SETTINGS, setting), operation.upper())
            for setting, operations in user.topics.items()
            for operation in operations
            if operation in {"Read", "Write"}
        }
        assert {each for each in granted if each[0] != REPLIES} == said, process.name


def test_postgresql_has_the_roles_of_the_table() -> None:
    [cluster, *_] = documents("cnpg.yaml")
    statements = cluster["spec"]["bootstrap"]["initdb"]["postInitSQL"]
    created = {
        match[1]: match[2]
        for each in statements
        if (match := re.fullmatch(r"CREATE ROLE (\w+) (\w+)", each))
    }
    membership = f"GRANT {', '.join(READER_ROLES)} TO {APP_ROLE} WITH INHERIT FALSE, SET TRUE"

    assert created == dict(ROLES)
    assert membership in statements


def test_an_ingress_is_valid_and_keeps_nothing_back() -> None:
    found = documents("ingress.yaml")
    for each in found:
        kubernetes_validate.validate(each, "1.33", strict=True)
    annotations = found[0]["metadata"]["annotations"]

    assert annotations["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"


def test_the_proxies_pass_on_what_happens_at_once_and_name_the_ports() -> None:
    nginx = (FOLDER / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    caddy = (FOLDER / "proxy" / "Caddyfile").read_text(encoding="utf-8")
    largest = f"{MOST_BYTES // 1024**2}m"
    live = nginx.partition("location /live {")[2].partition("}")[0]
    ports = [str(Settings.model_fields[each.port].default) for each in PROCESSES if each.port]

    assert f"client_max_body_size {largest};" in nginx
    assert f"max_size {largest[:-1]}MiB" in caddy
    assert "proxy_buffering off;" in live
    assert "flush_interval -1" in caddy
    for text in (nginx, caddy):
        assert [port for port in ports if f"127.0.0.1:{port}" not in text] == []
        # A query of Open311 can have a key: nginx logs the path alone, and Caddy nothing.
        assert "$request " not in text
        assert "\n\tlog" not in text


def test_temporals_values_name_no_database_of_its_chart() -> None:
    [values] = documents("temporal-values.yaml")

    assert set(values) <= {"server", "web"}
    assert values["server"]["config"]["persistence"]["datastores"].keys() == {
        "default",
        "visibility",
    }
