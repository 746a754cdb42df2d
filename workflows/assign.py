"""交办: one department signs for it, handles it, answers by a deadline."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.vocabulary import Tier
    from schemas.case import CaseEnd, CaseInput
    from workflows.actor import CaseActor


@workflow.defn(name="AssignCase")
class AssignCase(CaseActor):
    tier = Tier.ASSIGN

    @workflow.init
    def __init__(self, begin: CaseInput) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: CaseInput) -> CaseEnd:
        return await self._live(begin)
