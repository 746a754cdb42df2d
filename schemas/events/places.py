"""The model of a place in an event: an address, a grid, degrees."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.config import JsonDict

from domain.complaints import Place
from domain.policy.shapes import Datum, Point
from schemas.base import Published
from schemas.notations import decimal_of
from schemas.texts import Code, Text


def _number(said: object) -> Decimal:
    match said:
        case str():
            return decimal_of(said)
        case int() | float() if not isinstance(said, bool):  # true is an int to Python
            return Decimal(str(said))  # as it is written, not as binary fractions have it
        case Decimal():
            return said
        case _:
            raise ValueError("must be a number, or a decimal number as text")


def _degrees(most: int, text: str) -> WithJsonSchema:
    number = {"type": "number", "minimum": -most, "maximum": most}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "pattern": text}]})


Longitude = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(ge=-180, le=180),
    _degrees(180, r"^-?(180(\.0{1,30})?|(1[0-7][0-9]|[1-9]?[0-9])(\.[0-9]{1,30})?)$"),
]
Latitude = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(ge=-90, le=90),
    _degrees(90, r"^-?(90(\.0{1,30})?|[1-8]?[0-9](\.[0-9]{1,30})?)$"),
]


_NULL: JsonDict = {"type": "null"}
_BOTH: JsonDict = {name: {"not": _NULL} for name in ("longitude", "latitude")}
_NEITHER: JsonDict = dict.fromkeys(("longitude", "latitude"), _NULL)
_WHOLE: JsonDict = {
    "anyOf": [
        {"required": ["longitude", "latitude"], "properties": _BOTH},
        {"properties": _NEITHER},
    ]
}


class PlaceData(Published):
    """Where it is: as much as the source knows."""

    model_config = ConfigDict(json_schema_extra=_WHOLE)

    address: Annotated[Text, StringConstraints(max_length=500)] = Field(
        "", description="As a person would say it.", examples=["荷塘村三组路口"]
    )
    grid: Code | None = Field(
        None,
        description="Code of the grid (网格), if the source knows it; decides who gets the case "
        "where the responsibility list says so. In a town with grids, a person first sorts a "
        "complaint with an unknown code, unless its point is in a grid. Without a code, the point "
        "decides.",
        examples=["G01"],
    )
    longitude: Longitude | None = Field(
        None,
        description="Degrees in the datum of the town (WGS 84, unless its operators say GCJ-02 or "
        "BD-09), as a number or as decimal text.",
        examples=[120.7506],
    )
    latitude: Latitude | None = Field(
        None, description="Degrees in the same datum, in the same form.", examples=[30.8421]
    )
    datum: Datum | None = Field(
        None,
        description="The datum of the degrees, for a check: if it is not that of the town, the "
        "event is rejected (`wrong_datum`). No point is converted. WGS-84 counts as CGCS2000.",
        examples=["WGS-84"],
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for given, other in (("longitude", "latitude"), ("latitude", "longitude")):
            if getattr(self, given) is not None and getattr(self, other) is None:
                raise ValueError(f"has a {given} and no {other}; send both, or neither")
        return self

    def to_domain(self) -> Place:
        return Place(
            self.address, self.grid, _millionths(self.longitude), _millionths(self.latitude)
        )


def point_of(longitude: str, latitude: str) -> Point | None:
    """Return a point that a person has typed, in millionths of a degree; None for what is none."""
    try:
        place = PlaceData.model_validate({"longitude": longitude, "latitude": latitude})
    except ValidationError:
        return None
    found = place.to_domain()
    if found.longitude_e6 is None or found.latitude_e6 is None:
        return None
    return found.longitude_e6, found.latitude_e6


def _millionths(degrees: Decimal | None) -> int | None:
    return None if degrees is None else int((degrees * 1_000_000).to_integral_value())
