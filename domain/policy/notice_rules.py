"""How people of a town are told of rungs: quiet hours, limits, when to give up."""

from dataclasses import dataclass
from datetime import timedelta

from domain.policy.notice_texts import NoticeTexts


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """How people of a town are told.

    `quiet`: from and until when nobody is disturbed, in minutes after local midnight; it may go
    over midnight. `an_hour`: so many messages may reach a person within an hour; what is beyond
    waits, and comes as one digest. Both do not hold back what is critical. After so many attempts
    (`undelivered_after`) the case journals that a notice did not arrive, and `give_up_after` the
    first attempt nothing more is tried.
    """

    texts: NoticeTexts
    quiet: tuple[int, int] | None = None
    an_hour: int = 6
    undelivered_after: int = 3
    give_up_after: timedelta = timedelta(hours=24)
