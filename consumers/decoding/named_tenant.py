"""Find out whose record it is that cannot be used: the town that it names, or that has its source.

A dead letter has a citizen's words in it, so people of other towns have no business with it. The
record may be broken anywhere: what can be read is read. Never raises.
"""

import json
import re
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping

from domain.policy.model import Policy
from domain.policy.sources import rule_of
from schemas.intake import Record

_NAMED = re.compile(rb'"tenant"\s*:\s*"([^"\\]{1,100})')
_HEADERS = ("ce_tenant", "tenant")
_DEEPEST = 4


def tenant_of(record: Record, source: str | None, policies: Mapping[str, Policy]) -> str | None:
    """Return the tenant that a record is about; None if it names none of `policies`, or several.

    Its value counts first, then its headers, then whose sources.yaml has its source.
    """
    value = record.value if record.left_out is None else record.left_out.head
    said = [_in_value(value or b""), _in_headers(record), set(_with_source(source, policies))]
    served = [each & policies.keys() for each in said]
    several = set[str]()
    for each in served:
        narrowed = each & several if several else each
        if len(narrowed) == 1:
            return narrowed.pop()
        several = narrowed or several
    return None


def _in_value(value: bytes) -> set[str]:
    try:
        return set(_in_document(json.loads(value), _DEEPEST))
    except (ValueError, RecursionError):
        # Without the zeros, text in UTF-16 looks as in UTF-8.
        return _texts(_NAMED.findall(value.replace(b"\x00", b"")))


def _in_document(document: object, depth: int) -> Iterator[str]:
    """Yield what an event in JSON names: at its top, in its data, or in its encoded data."""
    if not isinstance(document, dict) or not depth:
        return
    if isinstance(tenant := document.get("tenant"), str):
        yield tenant
    yield from _in_document(document.get("data"), depth - 1)
    if isinstance(encoded := document.get("data_base64"), str):
        try:
            yield from _in_value(b64decode(encoded))
        except ValueError:
            return


def _in_headers(record: Record) -> set[str]:
    return _texts(
        value for name, value in record.headers if name.lower() in _HEADERS and value is not None
    )


def _texts(values: Collection[bytes] | Iterator[bytes]) -> set[str]:
    return {value.decode(errors="replace") for value in values}


def _with_source(source: str | None, policies: Mapping[str, Policy]) -> Iterator[str]:
    for name, policy in policies.items():
        if source is not None and rule_of(policy.sources, source) is not None:
            yield name
