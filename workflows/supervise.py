"""督办: a complex matter, pressed by the leading group until it is done."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.vocabulary import Tier
    from schemas.case import CaseEnd, CaseInput
    from workflows.actor import CaseActor


@workflow.defn(name="SuperviseCase")
class SuperviseCase(CaseActor):
    tier = Tier.SUPERVISE

    @workflow.init
    def __init__(self, begin: CaseInput) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: CaseInput) -> CaseEnd:
        return await self._live(begin)
