"""Loading the policy packs of this process, with the calendar of the country."""

from collections.abc import Mapping
from pathlib import Path

from domain.policy.model import Policy
from gateways.holidays import china
from runtime.problems import Problem
from runtime.settings import Settings
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack

HOLIDAYS = {"china": china}


def load_all(settings: Settings) -> dict[str, Policy]:
    """Load all packs; return tenant -> policy.

    Raises Problem naming every fault of a pack, or two packs of one tenant.
    """
    policies: dict[str, Policy] = {}
    for directory in settings.pack_directories():
        policy = load_one(directory)
        if policy.tenant in policies:
            raise Problem(
                f"two packs for tenant {policy.tenant}, the second in {directory}",
                do="keep one of them in SANBAN_PACKS",
            )
        policies[policy.tenant] = policy
    return policies


def must_be_served(policies: Mapping[str, Policy], tenant: str | None) -> None:
    """Return if the tenant has a pack, or none is named. Raises Problem that names those there are.

    A filter may name a tenant that had a pack before: ask this only where nothing was found.
    """
    if tenant is not None and tenant not in policies:
        raise Problem(
            f"no tenant {tenant}: no policy pack is of it",
            do=f"choose from: {', '.join(sorted(policies))}",
        )


def load_one(directory: Path) -> Policy:
    """Load one pack. Raises Problem naming every fault of it, by file and line."""
    try:
        # is_dir is False for what is not there, and raises where a directory above is closed to us.
        if not directory.is_dir():
            raise Problem(f"no policy pack in {directory}", do="name the directory of a pack")
        return load_pack(directory, HOLIDAYS)
    except BrokenPack as error:
        raise Problem(error.title, lines=map(str, error.problems)) from error
    except OSError as error:
        raise Problem(
            f"cannot read the policy pack in {directory}: {error.strerror or error}",
            do="let the user of this process enter it; `sanban doctor` as root names what stops it",
        ) from error
