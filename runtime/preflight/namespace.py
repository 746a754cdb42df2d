"""The namespace of Temporal: how long it keeps workflows, and the search attributes of cases."""

from collections.abc import Iterator
from datetime import datetime

from temporalio.client import Client

from runtime.needs import NAMESPACE_RETENTION
from runtime.preflight.diagnosis import Diagnosis, fault, good, remark
from runtime.settings import Settings
from runtime.wiring.temporal import POLLED_WITHIN, last_poll
from runtime.wiring.temporal_namespace import NamespaceFacts, namespace_facts
from workflows.search_attributes import REGISTRY

_CREATE = "`sanban prepare --create`"


async def look_at_namespace(client: Client) -> list[Diagnosis]:
    """Return a line for each thing. Raises Unavailable."""
    facts = await namespace_facts(client)
    what = f"namespace {client.namespace}"
    if facts is None:
        do = f"{_CREATE} makes it, or correct TEMPORAL_NAMESPACE"
        return [fault(what, "is not there", "a namespace with our search attributes", do)]
    return [_retention(what, facts), *_attributes(client, facts)]


async def look_at_queue(client: Client, settings: Settings, now: datetime) -> Diagnosis:
    """Return whether a worker is there: not before it has been started."""
    what = f"task queue {settings.task_queue}"
    polled = await last_poll(client, settings.task_queue)
    ago = "" if polled is None else f"{max(0, round((now - polled).total_seconds()))} s ago"
    if polled is not None and polled > now - POLLED_WITHIN:
        # No proof that it runs now: the server remembers one that was stopped a moment ago.
        return good(what, f"a worker asked for work {ago}; one that is idle does so once a minute")
    if ago:
        do = "look if `sanban worker` still runs"
        return remark(what, f"the last worker asked for work {ago}: none polls it", "a worker", do)
    do = "start `sanban worker`, with the same SANBAN_TASK_QUEUE and TEMPORAL_NAMESPACE"
    return remark(what, "no worker polls it: cases begin and do not go on", "a worker", do)


def missing_attributes(facts: NamespaceFacts) -> dict[str, str]:
    return {name: kind for name, kind in REGISTRY.items() if name not in facts.attributes}


def _retention(what: str, facts: NamespaceFacts) -> Diagnosis:
    days = NAMESPACE_RETENTION.days
    if facts.retention < NAMESPACE_RETENTION:
        return fault(
            what,
            f"keeps closed workflows for {facts.retention.total_seconds() / 86_400:g} days",
            f"{days} days: a record that comes again must find its case",
            f"temporal operator namespace update --retention {days}d",
        )
    return good(what, f"keeps closed workflows for {facts.retention.days} days")


def _attributes(client: Client, facts: NamespaceFacts) -> Iterator[Diagnosis]:
    if missing := missing_attributes(facts):
        names = ", ".join(missing)
        yield fault("search attributes", f"{names} not registered", "all of ours", _CREATE)
    wrong = {
        name: facts.attributes[name]
        for name, kind in REGISTRY.items()
        if facts.attributes.get(name, kind) != kind
    }
    for name, kind in wrong.items():
        remove = f"temporal operator search-attribute remove --name {name}"
        do = f"{remove} --namespace {client.namespace}, then {_CREATE}"
        yield fault("search attributes", f"{name} is {kind}", REGISTRY[name], do)
    if not missing and not wrong:
        yield good("search attributes", "all of ours are registered")
