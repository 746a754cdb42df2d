"""Is everything well, and what is not: in words, with what to do; and notices that wait."""

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.health_findings import findings
from console.desk.navigation import OPERATORS
from console.desk.pages.failures import missing
from console.desk.pages.intake import of_own
from console.desk.rendering import page
from store.intake.dead_letter_states import LetterState

_NOTICES = 100


async def health(visit: Visit) -> Response:
    """Show each check: what was found, and what to do."""
    if visit.roles.isdisjoint(OPERATORS):
        return missing(visit, visit.request.url.path)
    state = await visit.context.oversight.health.state()
    counts = await visit.context.oversight.letters.summary(of_own(visit))
    letters = sum(each.count for each in counts if each.state is LetterState.OPEN)
    found = findings(state, letters, visit)
    return page(
        visit, "health.html", found=found, wrong=sum(1 for each in found if not each.is_well)
    )


async def deliveries(visit: Visit) -> Response:
    """Show notices that wait or fail."""
    if visit.roles.isdisjoint(OPERATORS):
        return missing(visit, visit.request.url.path)
    notices, total = await visit.context.oversight.notices.listed(visit.policy.tenant, _NOTICES)
    failing = sum(1 for each in notices if each.notice.attempts)
    return page(visit, "deliveries.html", notices=notices, total=total, failing=failing)
