"""Which role opens which page of operators and auditors, and sends which form: one table."""

import pytest

from console.desk.app import ROUTES
from console.desk.navigation import PATROLLERS
from domain.vocabulary import OVERSEERS, Role
from schemas.intake import Reporter
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN
from tests.fakes.oversight import absence, entry

SEEN, NOT_THERE, FORBIDDEN, WRONG = 200, 404, 403, 422
OPERATOR, AUDITOR = Role.OPERATOR, Role.AUDITOR
# Method and path: the roles for which it is there. Forms are sent without a reason: 422 says that
# the form would have been taken. Whatever an auditor sends is forbidden.
SETTERS = {Role.UNIT_HEAD, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.SUPERIOR}
TABLE: dict[tuple[str, str], set[Role]] = {
    ("GET", "/intake"): {OPERATOR},
    ("GET", "/dead-letters"): {OPERATOR},
    ("GET", "/dead-letters/{letter}"): {OPERATOR},
    ("POST", "/dead-letters/{letter}/reveal"): {OPERATOR},
    ("POST", "/dead-letters/{letter}/replay"): {OPERATOR},
    ("POST", "/dead-letters/{letter}/discard"): {OPERATOR},
    ("GET", "/deliveries"): {OPERATOR},
    ("GET", "/health"): {OPERATOR},
    ("GET", "/audit"): {AUDITOR},
    ("GET", "/audit/checkpoints"): {AUDITOR},
    ("GET", "/audit/policies/1"): {AUDITOR},
    ("GET", "/audit/operations"): {AUDITOR},
    ("GET", "/audit/operations/1"): {AUDITOR},
    ("GET", "/audit/operations/1/proof"): {AUDITOR},
    ("GET", "/audit/cases/{case}"): {AUDITOR},
    ("GET", "/audit/cases/{case}/1"): {AUDITOR},
    ("GET", "/audit/cases/{case}/1/proof"): {AUDITOR},
    ("GET", "/duty"): SETTERS,
    ("POST", "/duty"): SETTERS,
    ("POST", "/duty/1/end"): SETTERS,
    ("GET", "/patrols"): {*PATROLLERS},
    ("POST", "/patrols/{patrol}/{grid}"): {*PATROLLERS},
    ("POST", "/patrols/{patrol}/cancel"): {*PATROLLERS},
    ("GET", "/cases/{case}/reveal"): {Role.DISPATCHER, Role.HOTLINE},
    ("POST", "/cases/{case}/reveal"): {Role.DISPATCHER, Role.HOTLINE},
}
ROLES = sorted({role for person in POLICIES[TOWN].roster.people for role in person.roles})


def of_role(role: Role) -> str:
    """Return a person with this role, and no other that the table names."""
    return next(person.id for person in POLICIES[TOWN].roster.people if person.roles == (role,))


def colleague_of(id_: str) -> str:
    """Return another person of the unit: those above the town set no absences in it."""
    people = POLICIES[TOWN].roster.people
    unit = next(person.unit for person in people if person.id == id_)
    return next(person.id for person in people if person.unit == unit and person.id != id_)


ABOVE = {Role.SUPERIOR, Role.LEADER}


@pytest.mark.parametrize("role", ROLES)
async def test_each_page_and_form_is_there_for_the_roles_of_the_table(role: Role) -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    desk.reporters[case] = Reporter("王静怡", "13600000217", confidential=False)
    desk.oversight.entries = [entry(1, TOWN)]
    away = colleague_of(of_role(role)) if role in ABOVE else "ma-xiaolong"
    desk.absences.rows = [absence(1, away, desk.now)]
    browser = Browser(desk)
    await browser.sign_in(of_role(role))
    page = await browser.open("/cases")
    token = page.text.partition('name="token" value="')[2].partition('"')[0]

    found, promised = {}, {}
    for (method, path), roles in TABLE.items():
        to = path.replace("{case}", case).replace("{letter}", "1")
        to = to.replace("{patrol}", "market.2026-11-24").replace("{grid}", "G08")
        if method == "GET":
            answer = await browser.open(to)
            expected = SEEN if role in roles else NOT_THERE
        else:
            answer = await browser.send(to, {"token": token, "id": "x"}, why="")
            expected = WRONG if role in roles else NOT_THERE
            expected = FORBIDDEN if role is AUDITOR else expected
        found[method, path], promised[method, path] = answer.status, expected

    assert found == promised
    assert desk.readings == []
    assert desk.oversight.actions == {}


def test_the_table_has_every_route_of_these_families() -> None:
    families = ("/intake", "/dead-letters", "/deliveries", "/health", "/audit", "/duty", "/patrols")
    there = {
        (method, path)
        for method, path, _ in ROUTES
        if path.startswith(families) or path.endswith("/reveal")
        if not path.endswith("/finding")  # of a unit, not of a role: test_findings_page.py
    }
    named = {
        (method, shape(path.replace("{letter}", "{number}").replace("{case}", "{number}")))
        for method, path in TABLE
    }

    assert {(method, shape(path)) for method, path in there} == named


def shape(path: str) -> str:
    return "/".join("*" if part in {"{number}", "{seq}", "1"} else part for part in path.split("/"))


@pytest.mark.parametrize(("role", "home"), [(OPERATOR, "/health"), (AUDITOR, "/audit")])
async def test_who_acts_on_no_case_begins_at_the_own_pages(role: Role, home: str) -> None:
    browser = Browser(Desk())
    await browser.sign_in(of_role(role))

    answer = await browser.open("/")

    assert answer.status == 303
    assert answer.headers["location"] == home
    assert role in OVERSEERS
