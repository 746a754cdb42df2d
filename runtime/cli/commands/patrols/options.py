"""The options of `sanban patrols`, and the town and person that they name."""

from datetime import date
from typing import Annotated

import typer

from domain.policy.shapes import Point
from runtime.cli.commands.read_session import AS
from runtime.cli.local_time import typed_day
from runtime.problems import Problem
from schemas.events.places import point_of

By = Annotated[
    str,
    typer.Option(
        "--as", envvar=AS, help="The person of the roster who acts or reads; default SANBAN_AS."
    ),
]
Tenant = Annotated[str | None, typer.Option(help="The town, if there are several.")]
On = Annotated[
    date | None, typer.Option(parser=typed_day, metavar="DAY", help="The day; default: today.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document, for other programs.")]
PatrolId = Annotated[str, typer.Argument(help="The patrol, from `list`: market.2026-12-01.")]
Grid = Annotated[str, typer.Argument(help="The grid of its route.")]
Photos = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE[@TIME]", help="A picture, maybe with its moment; may be repeated."),
]
Number = Annotated[
    str,
    typer.Option("--id", help="A name of this act; the same again has no second effect."),
]
Where = "Where you were, in degrees of the town's datum: 120.7506,30.8421"


def typed_point(typed: str) -> Point:
    """Return a point in millionths of a degree. Raises Problem, which says what to write."""
    longitude, _, latitude = typed.partition(",")
    found = point_of(longitude.strip(), latitude.strip())
    if found is None:
        do = "write longitude and latitude: --point 120.7506,30.8421"
        raise Problem(f"--point {typed!r} is no point", do=do)
    return found
