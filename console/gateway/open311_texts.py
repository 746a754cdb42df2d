"""Services and cases as Open311 shows them, in JSON, or in XML by the Spark convention."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from starlette.responses import Response

from console.gateway.answers import HttpRefusal
from console.gateway.ports import CaseSnapshot
from domain.case.public_view import NOTES, PublicView
from domain.case.summaries import summarize
from domain.complaints import Place
from domain.planning.grids import datum_of
from domain.planning.leads import find_lead
from domain.policy.model import Category, Policy
from domain.policy.shapes import Datum
from domain.policy.standards import Standard
from domain.vocabulary import ENDED_STAGES, Stage

_ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
_PUBLIC = frozenset(
    {
        *("service_request_id", "status", "status_notes", "service_name", "service_code"),
        *("agency_responsible", "requested_datetime", "updated_datetime", "expected_datetime"),
        "expected_datetime_provisional",
    }
)
"""The fields in which a reporter says nothing."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(
    name: str,
    value: Any,
    fmt: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response. `name`: the root element in XML; JSON has no root name."""
    if fmt == "xml":
        root = ET.Element(name)
        _fill(root, value)
        text = ET.tostring(root, encoding="unicode")
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
        return Response(body, status, headers, media_type="text/xml; charset=utf-8")
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body, status, headers, media_type="application/json; charset=utf-8")


def refused(refusal: HttpRefusal, fmt: str) -> Response:
    document = [{"code": refusal.status, "description": refusal.detail}]
    return answer("errors", document, fmt, refusal.status, refusal.headers)


def service(policy: Policy, category: Category) -> dict[str, Any]:
    # Who leads where nothing is known of the place: the services are listed before any report.
    found = find_lead(policy, category, None)
    unit = policy.unit(found.unit or (policy.platform if found.open_lead else policy.office))
    return {
        "service_code": category.id,
        "service_name": category.name,
        "description": category.name_en,
        "metadata": False,
        "type": "realtime",
        "keywords": ", ".join((category.name, category.name_en, *category.id.split("-"))),
        "group": unit.name if unit else "",
    }


def request_of(policy: Policy, found: CaseSnapshot, *, stage: Stage) -> dict[str, Any]:
    """Return a case as its reporter may see it. `stage`: of the case that a merged one follows."""
    case = found.case
    complaint = case.plan.complaint
    category = policy.category(complaint.category)
    holder = policy.unit(case.holder) if case.holder else None
    summary = summarize(case)
    provisional = {"expected_datetime_provisional": True} if summary.citizen_due_provisional else {}
    # Open311 has WGS 84. A point in another datum would be shown hundreds of metres away.
    place = complaint.place if datum_of(policy) is Datum.WGS84.family else Place()
    return {
        "service_request_id": case.case_id,
        "status": "closed" if stage in ENDED_STAGES else "open",
        "status_notes": NOTES[case.stage],
        "service_name": category.name if category else None,
        "service_code": complaint.category,
        "description": complaint.text,
        "agency_responsible": holder.name if holder else None,
        "service_notice": _standard(case.plan.standard),
        "requested_datetime": moment(complaint.reported_at),
        "updated_datetime": moment(found.changed_at),
        "expected_datetime": moment(summary.citizen_due),
        **provisional,
        "address": complaint.place.address or None,
        "address_id": None,
        "zipcode": None,
        "lat": degrees(place.latitude_e6),
        "long": degrees(place.longitude_e6),
        "media_url": complaint.evidence[0].uri if complaint.evidence else None,
    }


def _standard(standard: Standard | None) -> str | None:
    """Say to the reporter under which condition the matter is filed, and what closes it."""
    if standard is None:
        return None
    ends = f"；结案 closes as: {' / '.join(standard.close)}" if standard.close else ""
    return f"立案 filed as: {standard.when}{ends}"


def followed(view: PublicView) -> dict[str, Any]:
    """Return a case as its citizen follows it by code: the fields of a request, and the answer."""
    provisional = {"expected_datetime_provisional": True} if view.provisional else {}
    because = {"merged_because": view.merged_because} if view.merged_because else {}
    return {
        "service_request_id": view.case_id,
        "status": "closed" if view.ended else "open",
        "status_notes": view.note,
        "stage": view.stage.value,
        "service_name": view.category or None,
        "agency_responsible": view.unit,
        "requested_datetime": moment(view.received_at),
        "updated_datetime": moment(view.changed_at),
        "expected_datetime": moment(view.promised),
        **provisional,
        "merged": view.merged,
        **because,
        "answer": view.answer,
    }


def without_personal_data(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request as people without a key may see it: how it stands, and not what it says."""
    shown = {name: value if name in _PUBLIC else None for name, value in request.items()}
    return shown | {"service_notice": "无密钥，仅显示办理状态。 Without a key: the status only."}


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def degrees(millionths: int | None) -> float | None:
    return None if millionths is None else millionths / 1_000_000


def _fill(element: ET.Element, value: Any) -> None:
    match value:
        case dict():
            for name, item in value.items():
                _fill(ET.SubElement(element, name), item)
        case list() | tuple():
            for item in value:
                _fill(ET.SubElement(element, _ITEMS[element.tag]), item)
        case bool():
            element.text = str(value).lower()
        case None:
            pass
        case _:
            element.text = _NOT_XML.sub("\ufffd", str(value))
