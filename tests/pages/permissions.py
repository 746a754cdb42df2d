"""docs/PERMISSIONS.md: who may give which command in which stage."""

from collections.abc import Iterator

from domain.permissions import PERMISSIONS
from domain.words import Role, Stage
from tests.pages.markdown import code, codes, page, table
from tests.pages.source import beside

INTRODUCTION = """
One table decides, for people and programs alike. What it does not allow is refused with a code
([COMMANDS.md](COMMANDS.md)) and the refusal is journaled. Beyond the table:

- `handler` and `unit_head` may give a command only for the unit that holds the case
  (`not_the_holder`); `comment` is free to all.
- A suspended case takes only the commands that say so below (`suspended`).
- A rule of the case may still say no: evidence missing, returned once already, verified by the same
  person. The codes name them all.
- `engine` is Sanban itself; nobody in a roster can have that role.
"""


def permissions_page() -> str:
    by_command = [
        (
            code(command),
            codes(role for role in Role if role in may.roles),
            codes(stage for stage in Stage if stage in may.stages),
            "yes" if may.while_suspended else "",
        )
        for command, may in PERMISSIONS.items()
    ]
    meanings = beside(Role)
    by_role = [(code(role), meanings[role], codes(_given_by(role))) for role in Role]
    return page(
        "Permissions",
        "domain/permissions.py",
        INTRODUCTION,
        "## By command",
        table(("command", "roles", "stages", "while suspended"), by_command),
        "## By role",
        table(("role", "who", "commands"), by_role),
    )


def _given_by(role: Role) -> Iterator[str]:
    return (command for command, may in PERMISSIONS.items() if role in may.roles)
