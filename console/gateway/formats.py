"""Which format a caller wants to read: that of the address, else that of the header `Accept`."""

from starlette.requests import Request

JSON, XML = "json", "xml"
FORMATS = (JSON, XML)

_KINDS = {
    "application/json": JSON,
    "text/json": JSON,
    "text/xml": XML,
    "application/xml": XML,
}


def wanted_format(request: Request) -> str | None:
    """Return the format that an answer should have, or None if the caller names neither."""
    ending = request.url.path.lower().rpartition(".")[2]
    return ending if ending in FORMATS else _accepted(request.headers.getlist("accept"))


def _accepted(headers: list[str]) -> str | None:
    """Return the format with the highest quality (RFC 9110, 12.5.1), the first of several."""
    best, found = 0.0, None
    for each in ",".join(headers).split(","):
        kind, *parameters = each.lower().replace(" ", "").split(";")
        quality = _quality(parameters)
        if kind in _KINDS and quality > best:
            best, found = quality, _KINDS[kind]
    return found


def _quality(parameters: list[str]) -> float:
    for name, _, value in (each.partition("=") for each in parameters):
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
