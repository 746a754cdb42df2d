"""Check the data of an event against its model, and put its mistakes into words.

Whatever the data is, only Unreadable is raised.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from difflib import get_close_matches
from functools import cache
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from consumers.decoding.envelopes import HALF_A_PAIR_SAID, Envelope
from consumers.decoding.unreadable import NewerVersion, Unreadable
from schemas.events.complaint import KNOWN_VERSION
from schemas.events.inbound import INBOUND
from schemas.intake import RejectReason
from schemas.mistakes import problem_of
from schemas.notations import moment_of

_ERRORS_TOLD = 5
_NO_FIELD = ("extra_forbidden", "unexpected_keyword_argument")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")

_ANY_MOMENT = "2000-01-01T00:00:00+00:00"
"""Takes the place of a wrong moment, so that the other mistakes are found as well."""
_UNUSUAL = ".(a field with an unusual name)"
_ALIKE = 0.7

Model = TypeVar("Model", bound=BaseModel)
Steps = tuple[int | str, ...]
"""The way to a value in the data, as pydantic gives it."""


def must_be_one_of(wanted: Collection[str], event_type: str) -> None:
    """Raise Unreadable if the type is none of `wanted`, which are types with their version.

    Raises NewerVersion for a later version of a wanted type: a later release may read it.
    """
    if event_type in wanted:
        return
    kind, _, version = event_type.rpartition(".")
    for known in wanted:
        if kind == known.rpartition(".")[0] and re.fullmatch(r"v[0-9]{1,4}", version):
            newer = int(version[1:]) > int(known.rpartition(".v")[2])
            raise (NewerVersion if newer else Unreadable)(
                RejectReason.UNSUPPORTED_VERSION,
                f"this service reads version {known}; send that one",
            )
    raise Unreadable(
        RejectReason.UNSUPPORTED_TYPE,
        f"this topic takes events of type {', '.join(wanted)}; send one of these",
    )


def contents(
    envelope: Envelope, model: type[Model], what: str, moments: Iterable[Steps] = ()
) -> Model:
    """Return the data of an envelope as `model`. `what` names it in messages: "a complaint".

    `moments` leads to the moments that the model itself would read in other spellings as well.
    """
    if not isinstance(envelope.data, dict):
        refuse("data", f"must be a JSON object that describes {what}")
    data, spelt = _with_moments(envelope.data, moments)
    found = _checked(data, model)
    # A field that may be absent may be null as well. In one that may not, null is no value.
    nulls = [error for error in found if error["input"] is None] if isinstance(found, list) else []
    if nulls:
        data = deepcopy(data)
        taken_out = [_take_out(data, error) for error in nulls]
        if any(taken_out):
            found = _checked(data, model)
    if isinstance(found, list) or spelt:
        errors = found if isinstance(found, list) else []
        raise _violation([*errors, *spelt], data)
    return found


def _with_moments(
    data: dict[str, Any], moments: Iterable[Steps]
) -> tuple[dict[str, Any], list[ErrorDetails]]:
    """Return the data with each moment as Python writes it, and the mistakes in moments."""
    errors: list[ErrorDetails] = []
    for steps in moments:
        *above, last = _without_kind(steps)
        holder: Any = data
        for step in above:
            holder = holder[step]
        if not isinstance(holder[last], str):
            continue
        data, written = deepcopy(data), _ANY_MOMENT
        try:
            written = moment_of(holder[last]).isoformat()
        except ValueError as error:
            about = {"error": error}
            errors.append(
                {"type": "value_error", "loc": steps, "msg": "", "input": "", "ctx": about}
            )
        holder = data
        for step in above:
            holder = holder[step]
        holder[last] = written
    return data, errors


def _checked(data: Mapping[str, object], model: type[Model]) -> Model | list[ErrorDetails]:
    """Return the data as the model, or all that is wrong with it."""
    try:
        # Back to JSON: in strict mode pydantic takes text for enums only from JSON, and both modes
        # of CloudEvents must give the same result.
        text = json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unreadable(RejectReason.NOT_UTF8, HALF_A_PAIR_SAID) from None
    except RecursionError:
        raise Unreadable(RejectReason.TOO_DEEP, "data is nested too deeply") from None
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        return error.errors(include_url=False)


def _take_out(data: Any, error: ErrorDetails) -> bool:
    """Remove the member that is null from its object; return whether it was one that may be."""
    *above, last = _without_kind(error["loc"]) or (0,)
    if error["type"] in _NO_FIELD or not isinstance(last, str):
        return False
    for step in above:
        data = data[step]
    return bool(data.pop(last, data) is None)


def refuse(path: str, problem: str) -> NoReturn:
    """Raise Unreadable for the value at `path`."""
    raise Unreadable(RejectReason.SCHEMA_VIOLATION, f"{path}: {problem}")


def leaves(said: object, path: str) -> Iterator[tuple[str, object]]:
    """Yield the path and the value of everything that is neither an object nor a list."""
    match said:
        case Mapping():
            for name, value in said.items():
                yield from leaves(value, f"{path}.{name}")
        case list() | tuple():
            for place, value in enumerate(said):
                yield from leaves(value, f"{path}[{place}]")
        case _:
            yield path, said


def _violation(errors: list[ErrorDetails], data: Mapping[str, object]) -> Unreadable:
    if errors[0]["type"] == "json_invalid":  # we wrote this JSON, so only its depth can be wrong
        return Unreadable(RejectReason.TOO_DEEP, "data is nested too deeply")
    versions = [error["type"] for error in errors if error["loc"] == ("schema_version",)]
    said = data.get("schema_version")
    # Another whole number, in a model that has this field.
    if versions == ["literal_error"] and isinstance(said, int):
        newer = said > KNOWN_VERSION
        return (NewerVersion if newer else Unreadable)(
            RejectReason.UNSUPPORTED_VERSION,
            f"data.schema_version: this service reads version {KNOWN_VERSION}; send that one",
        )
    mistakes = [_mistake(error, _step) for error in errors]
    told = [_mistake(error, _step_for_others) for error in errors[:_ERRORS_TOLD]]
    if len(errors) > _ERRORS_TOLD:
        told.append(f"and {len(errors) - _ERRORS_TOLD} more")
    return Unreadable(RejectReason.SCHEMA_VIOLATION, "; ".join(told), mistakes)


def _mistake(error: ErrorDetails, step: Callable[[int | str], str]) -> str:
    """Return one mistake as text: the path, what is wrong, what to do. It repeats no value."""
    path = "data" + "".join(map(step, _without_kind(error["loc"])))
    match error["type"]:
        case "union_tag_not_found":
            return f"{path}.kind: is missing; add it"
        case "union_tag_invalid":
            return f"{path}.kind: is no kind that the schema lists; check its spelling"
        case _:
            return f"{path}: {problem_of(error)}"


def _without_kind(steps: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Remove the kind of an act from a path: pydantic puts it there, though it is no field."""
    return (*steps[:1], *steps[2:]) if steps[:1] == ("act",) else steps


def _step(step: int | str) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    # A field name that a publisher made up can be anything, even a telephone number.
    return f".{step}" if _PLAIN_NAME.fullmatch(step) else _UNUSUAL


def _step_for_others(step: int | str) -> str:
    """Return a step for texts that are stored and logged: a name unlike ours may be a person's."""
    text = _step(step)
    if isinstance(step, int) or text == _UNUSUAL:
        return text
    return text if get_close_matches(step, _our_names(), n=1, cutoff=_ALIKE) else _UNUSUAL


@cache
def _our_names() -> tuple[str, ...]:
    """Return the names of all fields of all inbound events."""
    found = {"id", "source", "type", "time"}
    for row in INBOUND.values():
        schema = row.data.model_json_schema()
        for part in (schema, *schema.get("$defs", {}).values()):
            found |= part.get("properties", {}).keys()
    return tuple(sorted(found))
