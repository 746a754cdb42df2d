"""How the people of a town are notified of rungs: quiet hours, limits, when to give up."""

from dataclasses import dataclass
from datetime import timedelta

from domain.policy.notice_texts import NoticeTexts


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """When notices are sent, how many, and in which words.

    `quiet` are the quiet hours (begin, end) in minutes after local midnight; they may include
    midnight. `an_hour` is how many messages a person gets within an hour; the rest waits and comes
    as one digest. Neither holds back notices of critical cases.

    After `undelivered_after` attempts the case journals that a notice did not arrive. The last
    attempt is made `give_up_after` the first one.
    """

    texts: NoticeTexts
    quiet: tuple[int, int] | None = None
    an_hour: int = 6
    undelivered_after: int = 3
    give_up_after: timedelta = timedelta(hours=24)
