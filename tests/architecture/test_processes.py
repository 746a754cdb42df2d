"""The table of processes says what services do; every setting belongs to a process or a command."""

import inspect
import re

import pytest

from runtime.needs import NEEDS, wanted_topics
from runtime.processes import EVERY, PROCESSES, Process
from runtime.services.registry import service_of
from runtime.settings import Settings
from tests.architecture.test_services import COMMANDS
from tools.pages.source import ROOT

RUNBOOK = (ROOT / "docs" / "RUNBOOK.md").read_text(encoding="utf-8")
OF_COMMANDS = {
    "database_owner_url": "sanban migrate, sanban prepare",
    "topic_partitions": "sanban prepare, sanban doctor",
    "topic_replicas": "sanban prepare, sanban doctor",
    "archive_days": "sanban archive",
    "canary_seconds": "sanban canary run",
    "canary_pages": "sanban canary run",
    "canary_bell": "sanban canary run",
    "home": "sanban up",
}
"""Settings that no process reads, and who does."""


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_process_is_what_its_service_says(process: Process) -> None:
    service = service_of(process)

    assert service.name == process.name
    assert service.uses_temporal == process.temporal
    assert service.seals == process.seals
    assert COMMANDS[service.__name__] == f"sanban {' '.join(process.command)}"


def test_every_setting_belongs_to_a_process_or_to_a_command() -> None:
    read = {name for process in PROCESSES for name in process.all_settings}

    assert read & OF_COMMANDS.keys() == set()
    assert read | OF_COMMANDS.keys() == set(Settings.model_fields)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_what_a_process_must_have_and_keep_secret_is_among_its_settings(process: Process) -> None:
    own = {*process.required, *process.secrets, *process.data, process.port} - {""}

    assert own <= set(process.all_settings)
    assert set(EVERY) <= set(process.all_settings)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_process_reads_every_setting_that_its_service_names(process: Process) -> None:
    """What the module of a service reads itself; what it hands on is the business of others."""
    source = inspect.getsource(inspect.getmodule(service_of(process)) or object)
    named = set(re.findall(r"\bsettings\.([a-z_]+)\b", source)) & set(Settings.model_fields)
    named |= set(re.findall(r"settings\.need\(\"([a-z_]+)\"\)", source))

    assert named - set(process.all_settings) == set()


def test_every_topic_is_in_the_table_of_needs() -> None:
    topics = {name for name in Settings.model_fields if name.endswith("_topic")}

    assert {need.setting for need in NEEDS} == topics
    assert {name for process in PROCESSES for name in process.topics} == topics


def test_the_runbook_has_the_topics_of_the_table() -> None:
    settings = Settings.model_construct(replies_topic="sanban.order-replies")
    section = RUNBOOK.partition("| topic | partitions |")[2].partition("\n\n")[0]
    rows = {
        re.findall(r"`([^`]+)`", row)[0]: [cell.strip() for cell in row.split("|")[2:5]]
        for row in section.splitlines()[2:]
    }

    assert set(rows) == {topic.name for topic in wanted_topics(settings)}
    for topic in wanted_topics(settings):
        partitions, kept, least = rows[topic.name]
        wanted = "for ever" if topic.need.kept is None else f"{topic.need.kept.days} days"
        assert partitions == str(topic.partitions), topic.name
        assert kept == wanted, topic.name
        assert least.startswith(f"{topic.need.kept_at_least.days} day"), topic.name


@pytest.mark.parametrize("process", [each for each in PROCESSES if each.topics])
def test_the_runbook_grants_each_process_its_topics(process: Process) -> None:
    settings = Settings.model_construct(replies_topic="sanban.order-replies")
    command = process.command[:2] if process.name == "checkpoints" else process.command
    [row] = re.findall(rf"^\| `sanban {' '.join(command)}` \| (.+) \|$", RUNBOOK, re.MULTILINE)
    named = {getattr(settings, name) for name in process.topics} - {settings.replies_topic}

    assert [name for name in named if f"`{name}`" not in row] == []
