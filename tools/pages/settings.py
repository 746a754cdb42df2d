"""docs/SETTINGS.md: every variable that a process reads."""

import types
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from runtime.kafka_security import KEYS
from runtime.processes import EVERY, PROCESSES, Process, variable
from runtime.settings import CONNECTIONS, PREFIX, Settings
from tools.pages.markdown import code, codes, page, table
from tools.pages.source import MissingDescription

_TYPES: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    Path: "path",
    SecretStr: "text, secret",
}

INTRODUCTION = f"""
Every process reads its settings once, when it starts, from environment variables. A variable that
is not set is read from `{CONNECTIONS}` in the directory of a running `sanban up` (`{PREFIX}HOME`),
so that commands find its servers. A wrong value ends the process with a message that names the
variable. Every process and every command that reads or acts needs `{PREFIX}DATABASE_URL`. A
process reads the settings that name it under «read by» in the table, and needs these:
"""
BESIDE = f"""
- `sanban console` with single sign-on needs `{PREFIX}CONSOLE_URL`, `{PREFIX}CONSOLE_ISSUER`,
  `{PREFIX}CONSOLE_CLIENT_ID` and `{PREFIX}CONSOLE_SUBJECTS`.
- `sanban cases act` needs Temporal's own settings, `sanban publish` `{PREFIX}KAFKA_BOOTSTRAP`,
  `sanban migrate` `{PREFIX}DATABASE_OWNER_URL`, `sanban prepare` all three.
- `sanban up` and `sanban demo` bring their own servers, and the demo reads no setting at all.
"""

KAFKA = f"""
## Kafka

`{PREFIX}KAFKA_SECURITY` is one JSON object with these keys, most of them options of kafka-python. A
wrong key, a missing file or a mechanism without its user ends the process with a message that names
the key. Keep passwords in files of their own; a process reads them when it starts. Examples, and
the permissions that each process needs, are in [RUNBOOK.md](RUNBOOK.md#kafka-with-authentication).

"""

TEMPORAL = """
## Temporal

The connection to Temporal has Temporal's own variables, the same for all of its tools and SDKs:

| variable | meaning |
| --- | --- |
| `TEMPORAL_ADDRESS` | The server: `host:port`. |
| `TEMPORAL_NAMESPACE` | The namespace; `default` where it is not set. |
| `TEMPORAL_API_KEY` | An API key, where the server wants one. Secret. |
| `TEMPORAL_TLS` | `true` or `false`: whether to speak TLS. |
| `TEMPORAL_TLS_CLIENT_CERT_PATH` | Our own certificate, for mTLS. |
| `TEMPORAL_TLS_CLIENT_KEY_PATH` | Its key. |
| `TEMPORAL_TLS_SERVER_CA_CERT_PATH` | Who may vouch for the server. |
| `TEMPORAL_TLS_SERVER_NAME` | What the server must be called. |
| `TEMPORAL_CONFIG_FILE`, `TEMPORAL_PROFILE` | A file with all of these, and the profile in it. |

The complete list is Temporal's: look for «environment configuration» in its documentation, or at
the module `temporalio.envconfig`, which reads them for us.

## Traces

So has OpenTelemetry. Without the first of them there are no traces
([OPERATIONS.md](OPERATIONS.md#traces)):

| variable | meaning |
| --- | --- |
| `OTEL_EXPORTER_OTLP_ENDPOINT` | The collector: `http://host:4318` (OTLP over HTTP). |
| `OTEL_EXPORTER_OTLP_HEADERS` | Headers for it, such as a key. Secret. |
| `OTEL_SERVICE_NAME` | How a process is named; default: `sanban-intake` and so on. |
| `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | Which share of traces is kept; default: all. |
"""


def settings_page() -> str:
    rows = [
        (
            code(f"{PREFIX}{name.upper()}"),
            _type(name, field),
            _default(field),
            _meaning(name, field),
            _readers(name),
        )
        for name, field in Settings.model_fields.items()
    ]
    head = ("variable", "type", "default", "meaning", "read by")
    keys = [(code(key), _TYPES[kind], meaning) for key, (kind, meaning) in KEYS.items()]
    kafka = KAFKA + table(("key", "type", "meaning"), keys)
    needs = "\n".join(map(_needs, PROCESSES)) + BESIDE
    return page(
        "Settings",
        "runtime/settings.py and runtime/processes.py",
        INTRODUCTION,
        needs,
        table(head, rows),
        kafka,
        TEMPORAL,
    )


def _needs(process: Process) -> str:
    """Return what one process does not do without."""
    needed = [code(variable(name)) for name in process.required]
    needed += ["Temporal's own, below"] if process.temporal else []
    return f"- `sanban {' '.join(process.command)}`: {', '.join(needed)}."


def _readers(name: str) -> str:
    if name in EVERY:
        return "every process"
    return ", ".join(process.name for process in PROCESSES if name in process.all_settings)


def _type(name: str, field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is Literal:
        return codes(get_args(kind))
    if get_origin(kind) is dict:
        return "JSON object"
    if get_origin(kind) is tuple:
        return "JSON list of paths"
    if kind not in _TYPES:
        raise MissingDescription(
            f"runtime/settings.py: {name}: tools/pages/settings.py has no word for {kind}"
        )
    limits = [f"at least {limit.ge}" for limit in field.metadata if isinstance(limit, Ge)]
    limits += [f"above {limit.gt}" for limit in field.metadata if isinstance(limit, Gt)]
    limits += [f"at most {limit.le}" for limit in field.metadata if isinstance(limit, Le)]
    return ", ".join((_TYPES[kind], *limits))


def _default(field: FieldInfo) -> str:
    if isinstance(field.default_factory, types.FunctionType):
        return "see meaning"  # depends on where it runs
    value = field.get_default(call_default_factory=True)
    match value:
        case SecretStr() | "":
            return "none"
        case bool():
            return code(str(value).lower())
        case tuple():
            return code("[]")
        case _:
            return code(str(value))


def _meaning(name: str, field: FieldInfo) -> str:
    if not field.description:
        raise MissingDescription(f"runtime/settings.py: give {name} a description")
    return field.description
