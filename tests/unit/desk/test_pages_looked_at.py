"""Promise 32 holds for every page: none is left out by the tests that look at pages."""

import re
from pathlib import Path

from starlette.routing import compile_path

from console.desk.app import BY_LINK, ROUTES

BROWSER = Path(__file__).parents[2] / "browser"
NO_PAGES = frozenset({
    "/cases.csv", "/cases.xlsx", "/cases/map.svg", "/cases/{number}/files/{digest}",
    "/cases/{number}/files/{digest}/small", "/live", "/live/list",
    "/audit/operations/{seq}/proof", "/audit/cases/{number}/{seq}/proof", "/screen/{token}/map.svg",
})  # fmt: skip
"""Answers that are files, pictures or streams."""
ADDRESS = re.compile(r"""["'](/[^"'\s]*|\{[^{}"']*\}\?[^"'\s]*)["']""")
FILLED = re.compile(r"\{[^{}]*\}")


def looked_at() -> set[str]:
    """Return the addresses that the tests with axe name, each filled-in part as one letter."""
    found = set[str]()
    for file in BROWSER.glob("test_*.py"):
        source = file.read_text(encoding="utf-8")
        for address in ADDRESS.findall(source) if "barriers(" in source else ():
            found.add(FILLED.sub("x", address).partition("?")[0])
    return found


def test_axe_looks_at_every_page_that_the_console_has() -> None:
    pages = {path for method, path, _ in ROUTES if method == "GET"} | {path for path, _ in BY_LINK}
    addresses = looked_at()
    left_out = {
        page
        for page in pages - NO_PAGES
        if not any(compile_path(page)[0].fullmatch(address) for address in addresses)
    }

    assert left_out == set()
