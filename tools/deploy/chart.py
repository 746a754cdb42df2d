"""deploy/helm/sanban: the table of processes that its templates read, and what values may be."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

from runtime.processes import PROCESSES, Process, variable
from runtime.settings import Settings
from tools.deploy.units import CANARY, CREDENTIALS, DIRECTORIES, NOT_ALWAYS, REREAD

HEADER = "# Written from runtime/processes.py by `make schemas`.\n"
TEMPORAL = (
    "TEMPORAL_ADDRESS",
    "TEMPORAL_NAMESPACE",
    "TEMPORAL_TLS",
    "TEMPORAL_TLS_SERVER_NAME",
)
DEPLOYED = (*PROCESSES, CANARY)
SECRET = ("database_url", "database_owner_url", "kafka_security")
"""Settings that a Secret has, and no values file."""
NEEDED = ("SANBAN_KAFKA_BOOTSTRAP", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE")
_LISTENS = ("http_host", "http_port", "gateway_host", "gateway_port", "console_host")
_TEXT: Mapping[str, Any] = {"type": "string"}
_NAME: Mapping[str, Any] = {"type": "string", "minLength": 1}
_FLAG: Mapping[str, Any] = {"type": "boolean"}
_LIST: Mapping[str, Any] = {"type": "array"}
_ANY: Mapping[str, Any] = {"type": "object"}


def chart_files() -> dict[str, str]:
    """Return the generated files of the chart by name."""
    return {
        "files/processes.yaml": HEADER
        + yaml.safe_dump({"processes": [_process(each) for each in DEPLOYED]}, sort_keys=False),
        "values.schema.json": json.dumps(_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def _process(process: Process) -> dict[str, Any]:
    environment = {}
    if process.port:
        environment[variable(process.port.replace("_port", "_host"))] = "0.0.0.0"  # noqa: S104
    if "checkpoint_dir" in process.data:
        environment[variable("checkpoint_dir")] = f"/var/lib/sanban/{DIRECTORIES['checkpoint_dir']}"
    return {
        "name": process.name,
        "args": list(process.command),
        "port": Settings.model_fields[process.port].default if process.port else 0,
        "environment": environment,
        "files": [_file(process, name) for name in process.secrets],
        "packs": process.packs,
        "media": "media_dir" in process.data,
        "checkpoints": "checkpoint_dir" in process.data,
    }


def _file(process: Process, name: str) -> dict[str, Any]:
    always = name not in NOT_ALWAYS and (name != "sealing_key" or process.seals)
    file = {**CREDENTIALS, **REREAD}[name]
    return {"setting": name, "variable": variable(name), "file": file, "always": always}


def _schema() -> dict[str, Any]:
    files = {name for process in PROCESSES for name in process.secrets}
    given = {*SECRET, *_LISTENS, *files, *DIRECTORIES, "packs", "home", "image"}
    settings = [variable(name) for name in Settings.model_fields if name not in given]
    optional = sorted({*(files & {*NOT_ALWAYS}), "sealing_key"})
    process = _object(
        {
            "enabled": _FLAG,
            "replicas": {"type": "integer", "minimum": 0},
            "resources": _ANY,
        },
        ("enabled", "replicas"),
    )
    value = {"type": ["string", "number", "boolean"]}
    parts = {
        "image": _object(
            {
                "repository": _NAME,
                "tag": _TEXT,
                "digest": {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"},
                "pullPolicy": {"enum": ["Always", "IfNotPresent", "Never"]},
            },
            ("repository",),
        ),
        "existingSecrets": _object(
            {"environment": _NAME, "owner": _NAME, "files": _NAME, "revision": _TEXT},
            ("environment", "owner", "files"),
        ),
        "optionalFiles": {"type": "array", "items": {"enum": optional}},
        "settings": _object(dict.fromkeys((*settings, *TEMPORAL), value), NEEDED),
        "packs": _object({"existingClaim": _TEXT, "directories": _LIST}),
        "media": _object({"existingClaim": _TEXT}),
        "checkpoints": _object({"existingClaim": _NAME}, ("existingClaim",)),
        "processes": _object(
            {each.name: process for each in DEPLOYED}, tuple(each.name for each in DEPLOYED)
        ),
        "migrate": _object({"enabled": _FLAG}, ("enabled",)),
        "upgradeCheck": _object({"enabled": _FLAG}, ("enabled",)),
        "podDisruptionBudget": _object(
            {
                "enabled": _FLAG,
                "maxUnavailable": {"type": ["integer", "string"]},
                "minAvailable": {"type": ["integer", "string"]},
            },
            ("enabled",),
        ),
        "networkPolicy": _object(
            {
                "enabled": _FLAG,
                "web": _LIST,
                "metrics": _LIST,
                "egressPorts": {"type": "array", "items": {"type": "integer"}},
            },
            ("enabled",),
        ),
    }
    lists = ("imagePullSecrets", "tolerations", "extraObjects")
    objects = ("podLabels", "nodeSelector", "affinity", "global")
    properties = {
        **parts,
        **dict.fromkeys(lists, _LIST),
        **dict.fromkeys(objects, _ANY),
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Written from runtime/settings.py and runtime/processes.py by `make schemas`.",
        **_object(properties, ("image", "existingSecrets", "settings", "checkpoints", "processes")),
    }


def _object(properties: Mapping[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": dict(properties),
    }
