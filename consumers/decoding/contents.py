"""Check the data of an event against its model, and put its mistakes into words.

Whatever the data is, only Unreadable is raised.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from typing import NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from consumers.decoding.envelopes import Envelope, NewerVersion, Unreadable
from schemas.events.inbound import INBOUND
from schemas.intake import RejectReason

_ERRORS_TOLD = 5
# Other years are typing errors, and conversion between time zones overflows in 0001 and 9999.
_YEARS = range(2000, 2200)
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")

_UNUSUAL = ".(a field with an unusual name)"
_ALIKE = 0.7

Model = TypeVar("Model", bound=BaseModel)


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


def contents(envelope: Envelope, model: type[Model], what: str) -> Model:
    """Return the data of an envelope as `model`. `what` names it in messages: "a complaint"."""
    if not isinstance(envelope.data, dict):
        refuse("data", f"must be a JSON object that describes {what}")
    try:
        # Back to JSON: in strict mode pydantic takes text for instants and enums only from JSON,
        # and both modes of CloudEvents must give the same result.
        text = json.dumps(envelope.data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unreadable(
            RejectReason.NOT_UTF8,
            "a text has half of a surrogate pair (\\ud800 to \\udfff); fix it",
        ) from None
    except RecursionError:
        raise Unreadable(RejectReason.TOO_DEEP, "data is nested too deeply") from None
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        violation = _violation(error.errors(include_url=False, include_input=False))
        said = envelope.data.get("schema_version")
        newer = isinstance(said, int) and said > 1
        if newer and violation.reason is RejectReason.UNSUPPORTED_VERSION:
            violation = NewerVersion(violation.reason, violation.detail)
        raise violation from None


def refuse(path: str, problem: str) -> NoReturn:
    """Raise Unreadable for the value at `path`."""
    raise Unreadable(RejectReason.SCHEMA_VIOLATION, f"{path}: {problem}")


def must_be_in_our_time(said: object, path: str = "data") -> None:
    """Refuse an instant without an offset, or of a year that only a typing error can give."""
    for place, value in leaves(said, path):
        if not isinstance(value, datetime):
            continue
        if value.tzinfo is None:
            refuse(place, "has no offset; write 2026-11-24T09:12:00+08:00")
        if value.year not in _YEARS:
            refuse(place, f"must lie between {_YEARS.start} and {_YEARS.stop - 1}")


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


def _violation(errors: list[ErrorDetails]) -> Unreadable:
    if errors[0]["type"] == "json_invalid":  # we wrote this JSON, so only its depth can be wrong
        return Unreadable(RejectReason.TOO_DEEP, "data is nested too deeply")
    version = next((error for error in errors if error["loc"] == ("schema_version",)), None)
    if version is not None and version["type"] == "literal_error":
        return Unreadable(
            RejectReason.UNSUPPORTED_VERSION, f"data.schema_version: {version['msg']}"
        )
    mistakes = [_mistake(error, _step) for error in errors]
    told = [_mistake(error, _step_for_others) for error in errors[:_ERRORS_TOLD]]
    if len(errors) > _ERRORS_TOLD:
        told.append(f"and {len(errors) - _ERRORS_TOLD} more")
    return Unreadable(RejectReason.SCHEMA_VIOLATION, "; ".join(told), mistakes)


def _mistake(error: ErrorDetails, step: Callable[[int | str], str]) -> str:
    """Return one mistake as text: the path, what is wrong, what to do.

    It never repeats the value, which may be personal data. Pydantic's messages do not either, with
    one exception, the kind of an act, which has texts of its own here.
    """
    path = "data" + "".join(map(step, _without_kind(error["loc"])))
    match error["type"]:
        case "missing" | "missing_keyword_only_argument" | "missing_argument":
            return f"{path}: is missing; add it"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f"{path}: is not a field of the schema; remove it or check its spelling"
        case "union_tag_not_found":
            return f"{path}.kind: is missing; add it"
        case "union_tag_invalid":
            return f"{path}.kind: is no kind that the schema lists; check its spelling"
        case _:
            return f"{path}: {error['msg'].removeprefix('Value error, ')}"


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
