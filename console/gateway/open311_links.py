"""Reads the files that an Open311 report names by address: evidence, or kept as unverified."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from console.gateway.attachments import is_accepted
from console.gateway.open311_forms import Form
from domain.complaints import DIGEST

MOST_FILES, LONGEST_LINK = 20, 1000
_ON_THE_WEB = re.compile(r"https?://.+", re.IGNORECASE | re.DOTALL)
_NOT_IN_AN_ADDRESS = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9_.+-]+/[A-Za-z0-9_.+-]+")


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """The files with a digest, as attachments, and the addresses of those without."""

    proved: list[dict[str, str]]
    unverified: list[str]


def named_files(form: Form, notes: list[str], *, room: int = MOST_FILES) -> NamedFiles:
    """Return the files that `media_url` names; `room`: for so many there is place as evidence.

    The n-th digest and type belong to the n-th address, and one type to all. What is left out, or
    is no evidence, is said in `notes`.
    """
    urls, digests, kinds = (
        [text.strip() for text in form.every(name)]
        for name in ("media_url", "media_sha256", "media_type")
    )
    while digests and not digests[-1]:
        digests.pop()
    if len(digests) > len(urls):  # which belongs to which is not clear
        if any(urls):
            notes.append("media_sha256: there are more of them than media_url; none is used.")
        digests = []
    proved: list[dict[str, str]] = []
    others: list[str] = []
    reasons: list[str] = []
    for place, url in enumerate(urls):
        digest, kind = _at(digests, place).lower(), _at(kinds, 0 if len(kinds) == 1 else place)
        if not url:
            continue
        if why := _why_no_link(url):
            reasons.append(why)
        elif re.fullmatch(DIGEST, digest) and _MEDIA_TYPE.fullmatch(kind) and is_accepted(kind):
            proved.append({"uri": url, "sha256": digest, "media_type": kind})
        else:
            others.append(url)
    proved = [each for place, each in enumerate(proved) if each not in proved[:place]]
    known = {each["uri"] for each in proved}
    others = [url for url in dict.fromkeys(others) if url not in known]
    _say(notes, len(proved), len(others), [*dict.fromkeys(reasons)], room)
    return NamedFiles(proved[:room], others[:MOST_FILES])


def _at(values: Sequence[str], place: int) -> str:
    return values[place] if place < len(values) else ""


def _why_no_link(url: str) -> str:
    if not _ON_THE_WEB.fullmatch(url):
        return "what does not begin with https:// or http:// is not kept"
    if _NOT_IN_AN_ADDRESS.search(url):
        return "an address with a space or a control character is not kept; percent-encode it"
    if len(url) > LONGEST_LINK:
        return f"an address of more than {LONGEST_LINK} characters is not kept"
    return ""


def _say(notes: list[str], proved: int, others: int, reasons: Sequence[str], room: int) -> None:
    if others:
        number = f" {others} of {proved + others}" if proved else ""
        notes.append(
            f"media_url: kept as unverified{number}, for no media_sha256 and accepted media_type "
            "belong to it."
        )
    notes += [f"media_url: {why}." for why in reasons]
    if proved > room:
        notes.append(f"media_url: the first {room} with a digest are kept.")
    if others > MOST_FILES:
        notes.append(f"media_url: the first {MOST_FILES} are kept.")
