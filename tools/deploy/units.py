"""deploy/systemd: a unit for each process, the target that starts them, users and directories."""

from collections.abc import Iterator

from runtime.processes import PROCESSES, Process, variable

PROGRAM = "/opt/sanban/bin/sanban"
FILES = "/etc/sanban"
STATE = "sanban"
REREAD = {
    "contacts": "contacts.yaml",
    "gateway_clients": "gateway-clients.yaml",
    "console_subjects": "subjects.yaml",
}
"""Files that a process reads again when they change; a credential would be a copy of the start."""
CREDENTIALS = {
    "sealing_key": "sealing.key",
    "checkpoint_key": "checkpoints.key",
    "checkpoint_old_key": "checkpoints-old.key",
    "console_client_secret": "console-client-secret",
    "media_key": "media.key",
}
DIRECTORIES = {"media_dir": "media", "checkpoint_dir": "checkpoints"}
NOT_ALWAYS = ("checkpoint_old_key", "console_client_secret", "console_subjects", "media_key")
"""Secrets that a production may do without."""
CANARY = Process(
    "canary",
    "",
    ("canary", "run"),
    "sends a report of no town the whole way, again and again",
    9381,
    ("kafka_bootstrap", "kafka_security"),
)
"""No part of the system, but what watches it: neither `sanban up` nor the target starts it."""
HEADER = (
    "# Written from runtime/processes.py by `make schemas`: change it there, or by a drop-in.\n"
)

# Each of these is a thing that no process of ours does. /proc/stat stays: metrics read it.
HARDENING = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask=0027
LimitCORE=0
LimitNOFILE=65536
"""


def unit_files() -> dict[str, str]:
    """Return every file of deploy/systemd by its name."""
    return {
        **{unit_name(process): _unit(process) for process in PROCESSES},
        unit_name(CANARY): _unit(CANARY),
        "sanban-prepare.service": _once(
            "make topics, roles and what Temporal needs (journalctl -u sanban-prepare)",
            "prepare --create",
            f"{FILES}/sanban.env",
        ),
        "sanban-migrate.service": _once("bring the database up to this version", "migrate"),
        "sanban-doctor.service": _doctor(),
        "sanban-archive.service": _archive(),
        "sanban-archive.timer": _each_night(),
        "sanban.target": _target(),
        "sanban.sysusers.conf": _users(),
    }


def unit_name(process: Process) -> str:
    """Return the unit's file: a template where several may run on one machine.

    Gateway and console listen on a port that people know, so one machine has one of each.
    """
    return f"sanban-{process.name}{'' if process.port else '@'}.service"


def instances(process: Process) -> list[str]:
    """Return the units that the target starts: of a process that stands by, two."""
    if process.port:
        return [unit_name(process)]
    numbers = (1, 2) if process.stands_by else (1,)
    return [f"sanban-{process.name}@{number}.service" for number in numbers]


def fixed(process: Process) -> dict[str, str]:
    """Return the settings that the unit itself gives, by setting."""
    port = str(process.health_port)
    given = {"http_port": port if process.port else f"{port[:-1]}%i"}
    for name in process.secrets:
        if _is_always_there(process, name):
            place = f"%d/{CREDENTIALS[name]}" if name in CREDENTIALS else f"{FILES}/{REREAD[name]}"
            given[name] = place
    for name in process.data:
        given[name] = f"/var/lib/{STATE}/{DIRECTORIES[name]}"
    return given


def _unit(process: Process) -> str:
    parts = [
        HEADER,
        "[Unit]",
        f"Description=Sanban: {process.name}, {process.does}{'' if process.port else ' (%i)'}",
        "PartOf=sanban.target",
        "Wants=network-online.target",
        "After=network-online.target postgresql.service",
        # It waits for its servers itself: only a wrong setting ends it, and a person corrects that.
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        f"ExecStart={PROGRAM} {' '.join(process.command)}",
        f"User={process.user}",
        *_files(process),
        *(f"StateDirectory={STATE}/{DIRECTORIES[name]}" for name in process.data),
        *(["StateDirectoryMode=0750"] if process.data else []),
        "Restart=always",
        "RestartSec=2",
        # What is in hand is finished first.
        "TimeoutStopSec=60",
        HARDENING,
        "[Install]",
        "WantedBy=sanban.target",
    ]
    return "\n".join(parts) + "\n"


def _files(process: Process) -> Iterator[str]:
    yield from (f"Environment={variable(name)}={said}" for name, said in fixed(process).items())
    # Read after the lines above, so what is set there counts.
    yield f"EnvironmentFile={FILES}/sanban.env"
    yield f"EnvironmentFile=-{FILES}/{process.name}.env"
    for name in process.secrets:
        if name not in CREDENTIALS:
            continue
        line = f"LoadCredential={CREDENTIALS[name]}:{FILES}/{CREDENTIALS[name]}"
        if _is_always_there(process, name):
            yield line
        else:
            setting = f"Environment={variable(name)}=%d/{CREDENTIALS[name]}"
            yield f"# Where it is needed, by a drop-in: {line}"
            yield f"#   and {setting}"


def _is_always_there(process: Process, name: str) -> bool:
    # A relay needs the sealing key for replies to superiors alone.
    return name not in NOT_ALWAYS and (name != "sealing_key" or process.seals)


def _once(does: str, command: str, *files: str) -> str:
    """Return the unit of a command that alone gets the database's owner; `files` are read first."""
    parts = [
        HEADER,
        "[Unit]",
        f"Description=Sanban: {does}",
        "Wants=network-online.target",
        "After=network-online.target postgresql.service",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={PROGRAM} {command}",
        "User=sanban-owner",
        *(f"EnvironmentFile={file}" for file in (*files, f"{FILES}/owner.env")),
        HARDENING,
    ]
    return "\n".join(parts)


def _archive() -> str:
    """Return a unit with the rights of a worker: it moves rows of the read model, as one writes."""
    parts = [
        HEADER,
        "[Unit]",
        "Description=Sanban: put away cases that were closed long ago",
        "After=network-online.target postgresql.service",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={PROGRAM} archive",
        "User=sanban-worker",
        f"EnvironmentFile={FILES}/sanban.env",
        HARDENING,
    ]
    return "\n".join(parts)


def _each_night() -> str:
    parts = [
        HEADER,
        "[Unit]",
        "Description=Sanban: put away cases that were closed long ago, each night",
        "PartOf=sanban.target",
        "",
        "[Timer]",
        "OnCalendar=*-*-* 03:00",
        "RandomizedDelaySec=1h",
        # Where the machine was off at night, it runs when it is on again.
        "Persistent=yes",
        "",
        "[Install]",
        "WantedBy=sanban.target",
    ]
    return "\n".join(parts) + "\n"


def _doctor() -> str:
    """Return a unit that sees what every process sees: root's, because each file has its reader."""
    given: dict[str, str] = {}
    for process in PROCESSES:
        given |= fixed(process)
    given |= {name: f"{FILES}/{CREDENTIALS[name]}" for name in given if name in CREDENTIALS}
    del given["http_port"]
    hardening = HARDENING.replace(
        "CapabilityBoundingSet=\n", "CapabilityBoundingSet=CAP_DAC_OVERRIDE\n"
    ).replace("PrivateUsers=yes\n", f"ReadWritePaths=-/var/lib/{STATE}\n")
    parts = [
        HEADER,
        "[Unit]",
        "Description=Sanban: say what is wrong (journalctl -u sanban-doctor)",
        "Wants=network-online.target",
        "After=network-online.target postgresql.service",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={PROGRAM} doctor",
        *(f"Environment={variable(name)}={said}" for name, said in given.items()),
        f"EnvironmentFile={FILES}/sanban.env",
        *(f"EnvironmentFile=-{FILES}/{process.name}.env" for process in PROCESSES),
        hardening,
    ]
    return "\n".join(parts)


def scrape_targets() -> str:
    """Return the file for Prometheus that names /metrics of every unit of the target."""
    lines = [HEADER]
    for process in PROCESSES:
        number = len(instances(process))
        hosts = ", ".join(f'"127.0.0.1:{process.health_port + at}"' for at in range(number))
        lines.append(f"- {{targets: [{hosts}], labels: {{job: sanban-{process.name}}}}}\n")
    return "".join(lines)


def _target() -> str:
    wanted = [unit for process in PROCESSES for unit in instances(process)]
    parts = [
        HEADER,
        "[Unit]",
        "Description=Sanban: every process of this machine",
        *(f"Wants={unit}" for unit in (*wanted, "sanban-archive.timer")),
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    ]
    return "\n".join(parts) + "\n"


def _users() -> str:
    """Return the users, each with a group of its own name: that of the files that it reads."""
    own = (process.user for process in (*PROCESSES, CANARY))
    users = dict.fromkeys(["sanban-owner", *own])
    return HEADER + "".join(
        ["g sanban -\n"]
        + [f'u {user} - "Sanban" /nonexistent\nm {user} sanban\n' for user in users]
    )
