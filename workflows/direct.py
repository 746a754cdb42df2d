"""直办: a simple matter, dealt with on the spot."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.vocabulary import Tier
    from schemas.case import CaseEnd, CaseInput
    from workflows.actor import CaseActor


@workflow.defn(name="DirectCase")
class DirectCase(CaseActor):
    tier = Tier.DIRECT

    @workflow.init
    def __init__(self, begin: CaseInput) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: CaseInput) -> CaseEnd:
        return await self._live(begin)
