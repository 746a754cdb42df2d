"""The pages of docs/ say what the code says, and what they mention exists."""

import importlib
import inspect
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from domain.case.permissions import PERMISSIONS
from domain.case.refusals import Refusal
from domain.sla.ladders import Action
from domain.vocabulary import Callback, Channel, Role, Stage, Tier, Urgency
from runtime.settings import PREFIX, Settings
from schemas.intake import Outcome, RejectReason, Wait
from tools.pages.__main__ import PAGES, differs
from tools.pages.commands import commands
from tools.pages.metrics import FILES, metrics
from tools.pages.source import ROOT, MissingDescription, comments_of, metrics_of

DOCS = ROOT / "docs"
WRITTEN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
SOURCES = [path for path in ROOT.glob("*/**/*.py") if not {".venv", ".cache"} & {*path.parts}]
WORDS = (Tier, Stage, Urgency, Channel, Role, Action, Callback)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    """Otherwise the code was changed and the page was not: run `make schemas`."""
    assert not differs(name)


def test_the_pages_can_be_compared_by_hand() -> None:
    command = [sys.executable, "-m", "tools.pages", "--check"]

    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_a_page_that_differs_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "SETTINGS.md").write_text(text_of("SETTINGS.md").replace("45000", "60000"))

    assert differs("SETTINGS.md", tmp_path)


# --- Nothing that people meet is left out, whatever a generator does.


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_docs(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` |" in text_of("SETTINGS.md")


def test_every_metric_is_in_the_docs() -> None:
    """Asked of Prometheus itself, which knows nothing of how the page finds them."""
    for file in FILES:
        importlib.import_module(f"{file.parent.name}.metrics")
    families = {family.name: family.type for family in REGISTRY.collect()}
    ours = {name: kind for name, kind in families.items() if name.startswith("sanban_")}
    page = text_of("METRICS.md")

    assert {each.name: each.kind.lower() for each in metrics()} == ours
    assert [each for each in metrics() if f"| `{each.exported}` |" not in page] == []


def test_metrics_are_declared_where_the_docs_look_for_them() -> None:
    elsewhere = [
        relative(path)
        for path in SOURCES
        if "tests" not in path.parts and path not in FILES and metrics_of(path)
    ]

    assert elsewhere == []


@pytest.mark.parametrize("command", [name for name, _ in commands()])
def test_every_command_is_in_the_docs(command: str) -> None:
    assert re.search(rf"^## {command}( |$)", text_of("COMMANDS.md"), re.MULTILINE)


@pytest.mark.parametrize("words", [Refusal, Outcome, RejectReason, Wait])
def test_every_code_has_a_meaning_in_the_docs(words: type[StrEnum]) -> None:
    page = text_of("COMMANDS.md")

    assert [
        word for word in words if f"| `{word}` | {comments_of(words)[word]} |" not in page
    ] == []


def test_every_command_of_the_table_is_in_the_docs() -> None:
    page = text_of("PERMISSIONS.md")

    assert [command for command in PERMISSIONS if f"\n| `{command}` |" not in page] == []


def test_a_code_without_a_word_beside_it_is_named() -> None:
    class Silent(StrEnum):
        QUIET = "quiet"

    with pytest.raises(MissingDescription, match="say beside QUIET what it means"):
        comments_of(Silent)


@pytest.mark.parametrize("code", [*Outcome, *RejectReason, *Wait])
def test_integrators_read_what_to_do_about_every_end_of_a_record(code: str) -> None:
    assert f"\n| `{code}` |" in text_of("INTEGRATORS.md")


# --- The glossary.


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_every_word_of_a_closed_list_is_in_the_glossary(words: type[StrEnum]) -> None:
    page = text_of("GLOSSARY.md")
    section = page.partition(f"\n## {words.__name__}")[2].partition("\n## ")[0]

    assert [word for word in words if f"\n| `{word}` |" not in section] == []


def test_the_glossary_and_the_code_use_the_same_chinese_words() -> None:
    page = text_of("GLOSSARY.md")
    said = [
        chinese
        for words in (Tier, Stage, Urgency, Channel, Role, Action)
        for comment in re.findall(r"  # (.+)", inspect.getsource(words))
        for chinese in re.findall(r"^[\u4e00-\u9fff]+", comment)
    ]

    assert [chinese for chinese in said if chinese not in page] == []


# --- What pages mention exists.


@pytest.mark.parametrize("page", WRITTEN, ids=relative)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]

    assert [link for link in inside if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", WRITTEN, ids=relative)
def test_every_section_that_a_page_links_to_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    inside = [(link, section) for link, section in links if not re.match(r"[a-z]+:", link)]
    sections = {link: anchors_of(page.parent / link if link else page) for link, _ in inside}

    assert [each for each in inside if each[1] not in sections[each[0]]] == []


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that Markdown viewers make of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", WRITTEN, ids=relative)
def test_every_sanban_command_that_a_page_mentions_exists(page: Path) -> None:
    known = {name.removeprefix("sanban ") for name, _ in commands()}
    groups = {
        " ".join(words[:number])
        for words in (name.split() for name in known)
        for number in range(1, len(words))
    }
    mentioned = re.findall(
        r"(?:`|^ +)sanban ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+(?:-[a-z]+)*))?",
        page.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    words = [f"{one} {two}".strip() if one in groups else one for one, two in mentioned]

    assert [word for word in words if word not in known | groups] == []


def test_every_page_that_the_code_mentions_exists() -> None:
    mentioned = {
        (relative(source), path)
        for source in SOURCES
        for path in re.findall(r"docs/[\w/.-]*\w", source.read_text(encoding="utf-8"))
    }

    assert [each for each in sorted(mentioned) if not [*ROOT.glob(f"{each[1]}*")]] == []


def test_decision_records_are_numbered_one_after_the_other() -> None:
    """Two branches that each add a record choose the same number."""
    records = sorted((DOCS / "adr").glob("*.md"))
    titled = [int(re.match(r"# (\d+)\.", record.read_text("utf-8"))[1]) for record in records]  # type: ignore[index]

    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    assert titled == list(range(1, len(records) + 1))
