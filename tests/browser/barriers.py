"""What axe-core finds on a page, and what can be moved sideways.

vendor/axe.min.js is axe-core 4.14.1 (MPL-2.0, vendor/axe.LICENSE), as it is published.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.browser.people import Person

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_STRUCTURE = Path(__file__).parent / "structure.js"
_RUN = """
async (without) => {
  const rules = Object.fromEntries(without.map((rule) => [rule, {enabled: false}]));
  return (await axe.run(document, {resultTypes: ["violations"], rules})).violations;
}
"""
_WIDE = """
() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]
"""
_INNER = """
() => [...document.querySelectorAll(".ticks, .form, fieldset, .nav")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => `${each.className}: ${each.scrollWidth} px in ${each.clientWidth}`)
"""
_WITHOUT_FAULT = set[bytes]()
"""Digests of what axe has looked at and found nothing wrong with: width, rules, structure."""


async def barriers(someone: Person, *, without: Sequence[str] = ()) -> list[str]:
    """Return what axe finds, and what can be moved sideways: the page, or part of it."""
    page = someone.page
    wide, seen = await page.evaluate(_WIDE)
    inner: list[str] = await page.evaluate(_INNER)
    sideways = [*inner, *([f"{wide} px in {seen}"] if wide > seen else [])]
    return [*await _found(someone, without), *sideways]


async def _found(someone: Person, without: Sequence[str]) -> list[str]:
    """Return what axe finds. It looks once at pages of one width that it cannot tell apart.

    Most pages in Chinese and in English are such, and those of two persons with the same entries.
    """
    page = someone.page
    structure: str = await page.evaluate(_STRUCTURE.read_text(encoding="utf-8"))
    looked = sha256(f"{page.viewport_size}{without}{structure}".encode()).digest()
    if looked in _WITHOUT_FAULT:
        return []
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = await page.evaluate(_RUN, without)
    if not violations:
        _WITHOUT_FAULT.add(looked)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in violations]
