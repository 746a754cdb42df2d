"""`sanban prepare`: make the roles, topics, namespace and search attributes that are missing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client

from gateways.kafka.admin import ensure_topics
from gateways.kafka.topic_facts import cluster_facts
from runtime.needs import NAMESPACE_RETENTION, wanted_topics
from runtime.preflight.diagnosis import Diagnosis, fault, faults_of, good, remark
from runtime.preflight.namespace import look_at_namespace, missing_attributes
from runtime.preflight.topics import look_at_topics
from runtime.problems import Problem
from runtime.settings import Settings, temporal_settings
from runtime.wiring.temporal import connect
from runtime.wiring.temporal_namespace import add_attributes, create_namespace, namespace_facts
from schemas.intake import Unavailable
from store.errors import MigrationError, ServerTooOld, StoreUnavailable, advice_of
from store.roles import BY_HAND, make_roles, missing_roles

_ROLES = "roles"
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Preparation:
    """`create`: make what is missing. What is there and differs stays, and has a line.

    `patience` bounds the wait until the server shows what was made.
    """

    settings: Settings
    create: bool
    patience: timedelta = timedelta(seconds=60)

    async def run(self) -> list[Diagnosis]:
        """Return a line for each thing; what was made has one as well. Raises nothing of servers.

        Without SANBAN_DATABASE_OWNER_URL no role is looked at, and a line says so.
        """
        parts: list[tuple[str, Callable[[], Awaitable[list[Diagnosis]]]]] = [
            (_ROLES, self._roles),
            ("kafka", self._topics),
            ("temporal", self._namespace),
        ]
        found = await asyncio.gather(*(_said(what, prepare) for what, prepare in parts))
        return [each for lines in found for each in lines]

    async def _roles(self) -> list[Diagnosis]:
        url = self.settings.database_owner_url.get_secret_value()
        if not url:
            said = "were not looked at: SANBAN_DATABASE_OWNER_URL is not set"
            do = "set it, as for `sanban migrate`, which makes them too"
            return [remark(_ROLES, said, "the roles of PostgreSQL", do)]
        try:
            if self.create:
                made = await asyncio.to_thread(make_roles, url)
                return [good(_ROLES, f"made: {each}") for each in made] or [_roles_are_there()]
            missing = await asyncio.to_thread(missing_roles, url)
        except StoreUnavailable as error:
            return [fault(_ROLES, str(error), "an answer", advice_of(error.detail, owner=True))]
        except ServerTooOld as error:
            return [fault(_ROLES, str(error), "", "upgrade the server")]
        except MigrationError as error:
            return [fault(_ROLES, str(error), "a role that may", f"as a superuser: {BY_HAND}")]
        do = "`sanban prepare --create`, or `sanban migrate`"
        return [fault(_ROLES, each, "it", do) for each in missing] or [_roles_are_there()]

    async def _topics(self) -> list[Diagnosis]:
        settings = self.settings
        bootstrap, security = settings.need("kafka_bootstrap"), settings.kafka_security
        wanted = wanted_topics(settings)
        made: list[str] = []
        if self.create:
            specs = [topic.spec(settings.topic_replicas) for topic in wanted]
            made = await ensure_topics(bootstrap, specs, security)
        names = [topic.name for topic in wanted]
        async with asyncio.timeout(self.patience.total_seconds()):
            while True:
                facts = await cluster_facts(bootstrap, names, security)
                # The broker that answers may not have heard of a new topic yet, or of its leaders.
                new = [facts.topics[name] for name in made]
                if all(each.exists and not each.leaderless for each in new):
                    break
                await asyncio.sleep(_LOOK_S)
        return [good(f"topic {name}", "made") for name in made] + look_at_topics(
            settings, wanted, facts
        )

    async def _namespace(self) -> list[Diagnosis]:
        client = await connect(temporal_settings(self.settings))
        made: list[str] = []
        if self.create:
            async with asyncio.timeout(self.patience.total_seconds()):
                made = await _make_namespace(client)
        return [good(each, "made") for each in made] + await look_at_namespace(client)


async def _make_namespace(client: Client) -> list[str]:
    """Make what is missing, and return once the server shows it."""
    made: list[str] = []
    if await namespace_facts(client) is None:
        await create_namespace(client, NAMESPACE_RETENTION)
        made.append(f"namespace {client.namespace}")
    asked = False
    while True:
        # A server sees a new namespace when its cache is renewed, and tells no one.
        facts = await namespace_facts(client)
        missing = {} if facts is None else missing_attributes(facts)
        if facts is not None and not missing:
            return made
        if missing and not asked:
            await add_attributes(client, missing)
            made += [f"search attribute {name}" for name in missing]
            asked = True
        await asyncio.sleep(_LOOK_S)


def _roles_are_there() -> Diagnosis:
    return good(_ROLES, "all are there, and may become what they must")


async def _said(what: str, prepare: Callable[[], Awaitable[list[Diagnosis]]]) -> list[Diagnosis]:
    try:
        return await prepare()
    except Problem as problem:
        return faults_of(what, problem)
    except Unavailable as error:
        return [fault(what, str(error), "an answer", f"start it, or correct what names {what}")]
    except TimeoutError:
        return [fault(what, "does not show what was made", "it", "run this again")]
