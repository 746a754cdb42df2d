"""deploy/systemd/sanban.env: the settings that the processes of one machine share."""

import textwrap
from collections.abc import Iterator

from pydantic import SecretStr

from runtime.processes import PROCESSES, variable
from runtime.settings import Settings
from tools.deploy.units import CREDENTIALS, REREAD, fixed

EXAMPLES = {
    "database_url": "postgresql://sanban_app@/sanban?host=/var/run/postgresql",
    "kafka_bootstrap": "127.0.0.1:9092",
}
"""What a production cannot do without; to be replaced by its own."""
TEMPORAL = {"TEMPORAL_ADDRESS": "127.0.0.1:7233", "TEMPORAL_NAMESPACE": "sanban"}
OF_COMMANDS = ("topic_partitions", "topic_replicas")
"""Of no process: `sanban prepare` and `doctor` read them, and must read the same."""
_WIDTH = 98
_HEAD = """\
# The settings of every process of this machine (docs/SETTINGS.md): copy it to
# /etc/sanban/sanban.env, mode 0640, of root and the group sanban.
# Written from runtime/settings.py by `make schemas`. What one process alone needs is in its unit,
# and in /etc/sanban/NAME.env, which counts more than this file.
"""
_TEMPORALS = "# Temporal's own (docs/SETTINGS.md, «Temporal»).\n"


def environment_file() -> str:
    """Return the file: what must be set first, and the rest as comments with their defaults."""
    parts = [
        _HEAD,
        *(_said(name, f"{variable(name)}={value}") for name, value in EXAMPLES.items()),
        "".join([_TEMPORALS, *(f"{name}={value}\n" for name, value in TEMPORAL.items())]),
        *(_said(name, f"#{variable(name)}={_default(name)}") for name in _others()),
    ]
    return "\n".join(parts)


def _others() -> Iterator[str]:
    """Yield the settings that processes read and no unit gives, in the order of SETTINGS.md."""
    given = {name for process in PROCESSES for name in fixed(process)}
    read = {name for process in PROCESSES for name in process.all_settings} | {*OF_COMMANDS}
    files = CREDENTIALS.keys() | (REREAD.keys() & given)
    for name in Settings.model_fields:
        if name in read and name not in given | files | EXAMPLES.keys():
            yield name


def _said(name: str, line: str) -> str:
    meaning = Settings.model_fields[name].description or ""
    comment = textwrap.fill(
        " ".join(meaning.split()),
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{comment}\n{line}\n"


def _default(name: str) -> str:
    value = Settings.model_fields[name].get_default(call_default_factory=True)
    match value:
        case SecretStr():
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return "[]"
        case dict():
            return "{}"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
