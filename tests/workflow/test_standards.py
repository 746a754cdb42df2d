"""A case with standards in a real workflow: chosen by a person, closed as one of the results."""

from dataclasses import replace

from domain.case.closing.acts import Resolve
from domain.case.registration.acts import ChooseStandard
from domain.vocabulary import Role, Stage
from tests.acts import PHOTO
from tests.builders import ACTORS
from tests.unit.standards import TOWN, planned
from tests.workflow.cases import Town


async def test_the_platform_chooses_a_standard_and_the_result_is_one_of_its_list(
    town: Town,
) -> None:
    town.desk.policies = {TOWN.hash: TOWN}
    handler = replace(ACTORS[Role.HANDLER], unit="urban-mgmt")
    case = await town.open(planned())
    await case.give(ChooseStandard(standard="noisy"))
    await case.give("sign", by=handler)
    done = Resolve(result="It is quiet.", evidence=(PHOTO,), close="restored")
    await case.give(done, by=handler)
    state = await case.state()

    assert state.stage is Stage.RESOLVED
    assert case.kinds(after=1)[-3:] == ["standard_chosen", "signed", "resolved"]
