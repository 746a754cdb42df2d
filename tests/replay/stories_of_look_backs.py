"""A closed case is looked at again: what does not hold is reopened, and what holds stays."""

from dataclasses import replace
from datetime import timedelta

from domain.case.look_backs.acts import LookBack
from domain.case.requests.acts import Answer
from domain.vocabulary import Role
from tests.acts import PHOTO
from tests.replay.stage import Stage
from tests.replay.usual import DONE, DONE_AGAIN, SATISFIED, SEEN, SIGN

_NOW, _LATER = (replace(PHOTO, sha256=digit * 64) for digit in "ef")


async def looked_back(on: Stage) -> None:
    """The garbage is back, so the case is handled again, and the second look finds it gone."""
    case = await on.open("garbage", window=timedelta(seconds=40))
    await on.do(case, SIGN, DONE, SEEN, SATISFIED)
    await on.do(case, LookBack(held=False, note="又有垃圾", evidence=(_NOW,)))
    await on.in_vain(case, LookBack(held=True, note="已看", evidence=(_LATER,)))
    again = Answer(part="reopening-1", granted=True, reason="确有垃圾")
    await on.do(case, again, role=Role.SUPERVISOR)
    await on.do(case, SIGN, DONE_AGAIN, SEEN, SATISFIED)
    await on.do(case, LookBack(held=True, note="没有垃圾了", evidence=(_LATER,)))
    await case.handle.result()
