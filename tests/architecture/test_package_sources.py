"""Where packages come from is for the machine to say, not for the project.

A checked-in file names no index, no mirror, no repository and no address of a package. What passes
the machine's own setting on (`UV_DEFAULT_INDEX=$index`) names none, and is fine.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.architecture.test_shape import FILES, relative

LITERAL = r"""['"]?[^\s'"$]"""
"""The beginning of a value that is written out, and not taken from a variable."""


@dataclass(frozen=True)
class Rule:
    """What may not be in files of these names, as a regular expression for one line."""

    what: str
    files: tuple[str, ...]
    pattern: str

    def lines(self, name: str, text: str) -> Iterator[int]:
        if any(fnmatch(name, each) for each in self.files):
            for number, line in enumerate(text.splitlines(), start=1):
                if re.search(self.pattern, line):
                    yield number


ANY = ("*",)
CONFIGURATION = ("*.toml", "*.cfg", "*.ini", "*.conf", "*.lock")
RULES = (
    Rule(
        "an option of pip or uv",
        ANY,
        rf"(?<![\w-])(--(default-|extra-)?index(-url)?|--find-links|--trusted-host)[ =]+{LITERAL}",
    ),
    Rule("an option of a lock", ("*.txt", "*.in"), rf"^\s*(-i|-f)[ =]*{LITERAL}"),
    Rule(
        "an environment variable",
        ANY,
        r"\b((PIP|UV)_(DEFAULT_|EXTRA_)?INDEX(_URL)?|(PIP|UV)_FIND_LINKS|GOPROXY|GONOSUMDB|"
        rf"(NPM_CONFIG|npm_config)_registry|NPM_CONFIG_REGISTRY)['\"]?\]?\s*(:-|:(?!-)|=)\s*{LITERAL}",
    ),
    Rule(
        "a setting of pip or uv",
        CONFIGURATION,
        rf"^\s*((default-|extra-)?index(-url)?|find-links|index-strategy)\s*=\s*{LITERAL}",
    ),
    Rule("an index of uv", CONFIGURATION, r"^\s*\[\[?\s*((tool\.)?uv\.)?index\s*\]\]?"),
    Rule("a source of cargo", CONFIGURATION, r"^\s*\[\s*(source|registries|registry)\b"),
    Rule(
        "a source of a lock", CONFIGURATION, r"source\s*=\s*(\{\s*(registry|url)|\"(registry|sp))"
    ),
    Rule(
        "a registry of npm or yarn",
        ("*npmrc", "*yarnrc", "*yarnrc.yml", "*.yml", "*.yaml", "package*.json", "*bunfig.toml"),
        rf"^\s*['\"]?(@?[\w./:-]*:)?(registry|npmRegistryServer)['\"]?\s*[ :=]\s*{LITERAL}",
    ),
    Rule(
        "a repository of Maven",
        ("*.xml", "*.pom"),
        r"<\s*((plugin|snapshot)?[rR]epositor(y|ies)|pluginRepositories|mirrors?"
        r"|distributionManagement)\s*>",
    ),
    Rule(
        "a repository of Gradle",
        ("*.gradle", "*.gradle.kts"),
        r"\b(mavenCentral|mavenLocal|google|gradlePluginPortal)\s*\(|\burl\s*[=(]?\s*[('\"u]",
    ),
    Rule("an image of another machine", ("*Dockerfile*",), r"^\s*FROM\s+\S+\.\S+/\S+"),
    Rule("a resolved package", ANY, r"""['"]?\bresolved['"]?\s*:?\s+['"]?\w+://"""),
    Rule(
        "an address of a package",
        ANY,
        r"\b(https?|ftp|file)://[^\s'\"<>]+\.(whl|tar\.gz|tar\.bz2|tgz|jar|crate|gem)\b",
    ),
    Rule("an address of a package's source", ANY, r"\b(git|hg|svn|bzr)\+(https?|ssh|file|git)://"),
)


def named(name: str, text: str) -> list[str]:
    """Return where `text`, a file of that name, says where packages come from."""
    return [f"{name}:{line}: {rule.what}" for rule in RULES for line in rule.lines(name, text)]


def test_no_file_says_where_packages_come_from() -> None:
    found = [
        each
        for path in FILES
        if path != Path(__file__).resolve()
        for each in named(relative(path), path.read_text(errors="ignore"))
    ]

    assert found == []


def test_the_samples_of_this_file_name_a_host_that_is_nobodys() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    hosts = re.findall(r"(?<=[\w+]://)[a-z][\w.-]+", text)

    assert set(hosts) == {"pkg.example.org"}


A = "https://pkg.example.org/simple"
NAMED = [
    ("Makefile", f"\tpip install --index-url {A} psutil"),
    ("Makefile", f"\tuv pip compile --default-index={A} x.in"),
    ("run.sh", f'pip install --extra-index-url "{A}" psutil'),
    ("page.md", f"    uv sync --index town={A}"),
    ("page.md", "pip install --find-links wheels/ sanban"),
    ("requirements/base.txt", f"-i {A}"),
    ("requirements/base.txt", "-f wheels"),
    ("requirements/base.txt", f"--index-url {A}"),
    ("requirements/base.txt", "psutil @ https://pkg.example.org/psutil-7.0-cp311-abi3.whl"),
    ("requirements/base.txt", "https://pkg.example.org/psutil-7.0.tar.gz#sha256=00ff"),
    ("requirements/base.txt", "psutil @ git+https://pkg.example.org/psutil"),
    ("pyproject.toml", "[[tool.uv.index]]"),
    ("pyproject.toml", f'index = [{{ url = "{A}" }}]'),
    ("pyproject.toml", f'  index-url = "{A}"'),
    ("uv.toml", "[[index]]"),
    ("uv.lock", f'source = {{ registry = "{A}" }}'),
    ("uv.lock", 'sdist = { url = "https://pkg.example.org/psutil-7.0.tar.gz" }'),
    ("pip.conf", f"extra-index-url = {A}"),
    (".cargo/config.toml", "[registries.town]"),
    ("Cargo.lock", f'source = "registry+{A}"'),
    (".npmrc", f"registry={A}"),
    (".npmrc", f"@town:registry={A}"),
    (".yarnrc", f'registry "{A}"'),
    (".yarnrc.yml", f"npmRegistryServer: {A}"),
    ("package.json", f'  "registry": "{A}"'),
    ("package-lock.json", '"resolved": "https://pkg.example.org/left-pad-1.3.0.tgz",'),
    ("yarn.lock", '  resolved "https://pkg.example.org/left-pad"'),
    ("pom.xml", "  <repositories>"),
    ("a/pom.xml", "    <repository>"),
    ("pom.xml", "  <pluginRepository>"),
    ("settings.xml", "  <mirror>"),
    ("build.gradle", "repositories { mavenCentral() }"),
    ("build.gradle.kts", f'maven {{ url = uri("{A}") }}'),
    ("Dockerfile", "FROM pkg.example.org/python:3.11"),
    (".ci/run", f"export GOPROXY={A},direct"),
    (".ci/run", "GOPROXY=direct go install x"),
    (".ci/run", f"PIP_INDEX_URL={A} make install"),
    (".ci/run", f'export UV_DEFAULT_INDEX="{A}"'),
    ("ci.yaml", f"  UV_INDEX: {A}"),
    ("tool.py", f'environment["PIP_EXTRA_INDEX_URL"] = "{A}"'),
    ("run.sh", f"index=${{PIP_INDEX_URL:-{A}}}"),
    ("ci.yaml", f"  NPM_CONFIG_REGISTRY: {A}"),
]
FINE = [
    ("requirements/install", "index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(setting index-url)}}"),
    ("requirements/install", "export UV_DEFAULT_INDEX=$index"),
    ("run.sh", 'pip install --index-url "$INDEX" psutil'),
    ("requirements/base.txt", "psutil==7.0 --hash=sha256:00ff"),
    ("page.md", "a machine says with PIP_INDEX_URL or GOPROXY where packages come from"),
    ("tool.py", "index = 3"),
    ("tool.py", "registry = PolicyRegistry()"),
    ("packs/town/units.yaml", "registry_office: hall"),
    ("case.json", '"resolved": {"at": "2026-07-01"}, "stage": "resolved"'),
    ("pom.xml", "<groupId>org.apache.kafka</groupId>"),
    ("page.md", "see https://pkg.example.org/index.html"),
    ("Dockerfile", "FROM python:3.11"),
]


@pytest.mark.parametrize(("name", "line"), NAMED)
def test_a_line_that_says_where_packages_come_from_is_found(name: str, line: str) -> None:
    [first, *_] = named(name, f"# a line before\n{line}\n")

    assert first.startswith(f"{name}:2: ")


@pytest.mark.parametrize(("name", "line"), FINE)
def test_a_line_that_leaves_it_to_the_machine_is_fine(name: str, line: str) -> None:
    assert named(name, line) == []
