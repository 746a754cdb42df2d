"""What the pages of patrols have in common: who patrols, and the point that a person types."""

from console.desk.context import Visit
from domain.patrols.patrollers import Patroller
from domain.policy.shapes import Point
from schemas.events.places import point_of


def patroller_of(visit: Visit) -> Patroller:
    """Return the person of a visit as one who acts in patrols, now."""
    return Patroller(visit.policy, visit.person.id, visit.now)


def typed_point(text: str) -> Point | None:
    """Return the point of `LON,LAT`, also with a Chinese comma; None if it is none."""
    longitude, _, latitude = text.replace("，", ",").partition(",")
    return point_of(longitude.strip(), latitude.strip())
