from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from runtime.embedded.ports import free_port
from runtime.embedded.postgres import EmbeddedPostgres
from tests.servers.temporal_cluster import PROGRAMS, TemporalCluster

TIER = SearchAttributeKey.for_keyword("CaseTier")


@pytest.mark.skipif(not PROGRAMS.exists(), reason="optional: `make temporal-server` builds it")
async def test_the_server_of_production_keeps_cases_over_a_kill(servers_directory: Path) -> None:
    async with (
        EmbeddedPostgres(servers_directory / "cluster-postgres", port=free_port()) as postgres,
        TemporalCluster(
            servers_directory / "cluster", postgres, search_attributes={TIER.name: "Keyword"}
        ) as cluster,
    ):
        client = await Client.connect(cluster.address, namespace=cluster.namespace)
        await client.start_workflow(
            "Nobody",
            id="case/1",
            task_queue="nobody",
            search_attributes=TypedSearchAttributes([SearchAttributePair(TIER, "direct")]),
        )
        cluster.kill()
        await cluster.start()
        client = await Client.connect(cluster.address, namespace=cluster.namespace)

        described = await client.get_workflow_handle("case/1").describe()

    assert described.typed_search_attributes[TIER] == "direct"
