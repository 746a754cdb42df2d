"""Acts in their forms: a person opens the form, fills in what it asks for, and sends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.browser.people import Person

Said = str | bool | int | datetime | Sequence[str]
"""A text or code; whether yes; a moment in the town; several codes; for files, how many."""


async def give(person: Person, number: str, kind: str, **said: Said) -> None:
    """Give an act from the page of the case; the page of the case comes back."""
    await open_form(person, number, kind)
    await fill(person, form_of(kind), said)
    await send(person, kind)


async def open_form(person: Person, number: str, kind: str) -> None:
    """Go to the form of an act: on the page of the case, or from there."""
    await person.open(f"/cases/{number}")
    if await person.page.query_selector(f'form.form[action$="/acts/{kind}"]'):
        return
    link = f'a[href^="/cases/{number}/acts/{kind}"]'
    assert await person.page.query_selector(link), f"no {kind} for them: {await person.text()}"
    await person.press(link)


async def send(person: Person, kind: str) -> None:
    await person.press(f"{form_of(kind)} button")
    assert "/acts/" not in person.page.url, await person.text()


def form_of(kind: str) -> str:
    return f'form.form[action*="/acts/{kind}"]'


async def fill(person: Person, form: str, said: Mapping[str, Said]) -> None:
    """Fill in the fields in the order of the form."""
    left = {**said}
    for name in await person.page.locator(form).evaluate_all(_NAMES):
        field = name.removesuffix(".date")
        if field in left:
            await _fill_one(person, form, field, left.pop(field))
    assert left == {}, f"the form does not ask for {[*left]}"


_NAMES = """
(forms) => [...new Set(
  [...forms[0].querySelectorAll('[name]:not([type=hidden])')].map((each) => each.name)
)]
"""


async def _fill_one(person: Person, form: str, name: str, value: Said) -> None:
    at = f'{form} [name="{name}"]'
    if isinstance(value, datetime):
        await person.appoint(f'{form} [name="{name}.date"]', f'{form} [name="{name}.time"]', value)
    elif isinstance(value, bool):
        await person.choose(f'{at}[value="{"yes" if value else "no"}"]')
    elif isinstance(value, int):
        await person.attach(at, value)
    elif not isinstance(value, str):
        for each in value:
            await person.tick(f'{at}[value="{each}"]')
    elif await person.page.locator(at).first.evaluate("(it) => it.tagName") == "SELECT":
        await person.select(at, value)
    else:
        await person.write(at, value)
