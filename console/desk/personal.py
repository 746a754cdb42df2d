"""Personal data on pages: masked, until a person gives a reason, which is journaled."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from console.desk.context import Visit
from domain.privacy.readings import LONGEST_REASON, Purpose, masked_name, masked_number
from schemas.texts import is_invisible

SHOWN_FOR_S = 300
_MOST_FIELDS = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form behind «show» brings. `wrong`: field -> what is wrong with it."""

    id: str
    ours: bool
    purpose: str
    why: str

    @property
    def wrong(self) -> dict[str, str]:
        wrong = {}
        if self.purpose not in {*Purpose}:
            wrong["purpose"] = "missing"
        if is_invisible(self.why):
            wrong["why"] = "missing"
        elif len(self.why) > LONGEST_REASON:
            wrong["why"] = "too_long"
        return wrong


async def asked(visit: Visit) -> Asked:
    async with visit.request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
        said = {name: str(form.get(name, "")) for name in ("id", "token", "purpose", "why")}
    return Asked(
        said["id"], said["token"] == visit.form_token, said["purpose"], said["why"].strip()
    )


async def masked_reporter(visit: Visit, case_id: str) -> dict[str, Any]:
    """Return the values that reporter.html shows: nothing to show for who may not call back."""
    reporter = await visit.reader.reporter(case_id) if visit.reach.calls_back else None
    return {
        "reporter": reporter
        and {
            "name": masked_name(reporter.name),
            "number": masked_number(reporter.phone),
            "confidential": reporter.confidential,
        },
        "purposes": tuple(each for each in Purpose if each is not Purpose.REPAIR),
        "reveal_id": visit.context.new_id(),
    }


def hides_itself(response: Response, to: str) -> Response:
    """Let the browser leave the page after five minutes, also without script."""
    response.headers["Refresh"] = f"{SHOWN_FOR_S}; url={to}"
    return response
