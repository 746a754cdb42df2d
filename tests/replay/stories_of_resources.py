"""Lives with resources: reserved, confirmed by a message to itself, named by a file, and freed."""

from dataclasses import replace
from datetime import timedelta

from domain.case.handling.acts import Progress
from domain.case.resources.acts import Release, Reserve
from domain.vocabulary import Role
from tests.acts import PHOTO
from tests.replay.stage import Stage
from tests.replay.usual import DONE, SATISFIED, SEEN, SIGN


async def reserved(on: Stage) -> None:
    """A car and a recorder: the one is given back, the other is freed by the end of the case."""
    case = await on.open("city-appearance")
    until = await on.town.now() + timedelta(days=20)
    both = Reserve(resources=("car-1", "recorder-1"), until=until)
    await on.do(case, SIGN)
    await on.do(case, both, role=Role.SUPERVISOR)
    while case.kinds().count("reservation_confirmed") < len(both.resources):
        await case.state()
    await on.in_vain(case, replace(both, resources=("car-2",)))  # of another unit
    clip = replace(PHOTO, sha256="c" * 64, recorder="recorder-1", taken_at=await on.town.now())
    await on.do(case, Progress(note="已劝离", evidence=(clip,)))
    await on.in_vain(case, Progress(note="已劝离", evidence=(replace(clip, taken_at=until),)))
    back = Release(resources=("car-1",), reason="已返回")
    await on.do(case, back, role=Role.SUPERVISOR)
    await on.do(case, DONE, SEEN, SATISFIED)
