"""docs/PERMISSIONS.md: which roles may give which command, and in which stage."""

from collections.abc import Iterator

from domain.case.permissions import PERMISSIONS, Permission
from domain.vocabulary import Role, Stage, Tier
from tools.pages.markdown import code, codes, page, table
from tools.pages.source import comments_of

INTRODUCTION = """
One table decides, for people and programs alike. A command that it does not allow is refused with a
code ([COMMANDS.md](COMMANDS.md)), and the refusal is journaled. How to read the table:

- `handler`, `auxiliary` and `unit_head` give a command as people of a unit. `whose` names the unit:
  `holder` is the unit that holds the case, or one that took it over (`not_the_holder`); `asked` is
  a unit that a part of the case asks (`not_your_part`); `any` is every unit. It does not apply to
  the other roles.
- A command with tiers is only for cases in these tiers (`wrong_tier`).
- A suspended case takes only the commands with «yes» in the last column (`suspended`).
- A rule of the case can still refuse a command: evidence is missing or has proved another act, the
  case was returned once already, the same person verifies it. There is a code for each.
- One person ends no complaint by a word for it. `settle` is for no complaint whose text has a word
  of `hurry` (policy.yaml), whatever its category; with a `category`, it is for a complaint without
  one that reads as that question more than as any other category, and has no word of another one
  (`words` in categories.yaml), however politely it asks; any other is triaged, also as a question:
  then its unit answers it, another verifies, and the citizen is called. `close` with `explained`
  needs a citizen who said `unsatisfied`, a reason, and another person than the one who recorded
  that; it takes the place of no call. `no_reply_wanted` is recorded by one person, and another one
  closes with it, unless the complaint says so and no call was tried. `withdraw` by the town needs a
  second person where the citizen can be called, and for what has a word of `hurry`, or is critical,
  also after a triage; what a unit has signed ends by its source's word alone no more than by the
  town's. Who acted in a case does not erase it (`sanban erase`). `verify` is for no person of the
  unit of a stand-in who reported the result. `merge` by a person into a case of another grid, or of
  another address where one is in no grid, is for cases of one address or spot, or that a rule has
  found alike; a grid that a person has named since does not count. Cases from before rules revision
  3 do as they did.
- `retract` takes back a request before it is answered: who asked does, or another regular officer
  of the unit that asked; no time is gained by it. What a citizen asked for is not taken back.
- `engine` is Sanban itself; no person in a roster can have that role.
"""
COLUMNS = ("command", "roles", "stages", "tiers", "whose", "while suspended")
CREW = frozenset({Role.HANDLER, Role.AUXILIARY, Role.UNIT_HEAD})


def permissions_page() -> str:
    by_command = [
        (
            code(command),
            codes(role for role in Role if role in may.roles),
            codes(stage for stage in Stage if stage in may.stages),
            _tiers(may),
            may.whose if may.roles & CREW else "",
            "yes" if may.while_suspended else "",
        )
        for command, may in PERMISSIONS.items()
    ]
    meanings = comments_of(Role)
    by_role = [(code(role), meanings[role], codes(_given_by(role))) for role in Role]
    return page(
        "Permissions",
        "domain/case/permissions.py",
        INTRODUCTION,
        "## By command",
        table(COLUMNS, by_command),
        "## By role",
        table(("role", "who", "commands"), by_role),
    )


def _tiers(may: Permission) -> str:
    return "" if len(may.tiers) == len(Tier) else codes(tier for tier in Tier if tier in may.tiers)


def _given_by(role: Role) -> Iterator[str]:
    return (command for command, may in PERMISSIONS.items() if role in may.roles)
