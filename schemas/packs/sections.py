"""The base of the files of a pack that become a section of the policy by themselves."""

from abc import abstractmethod

from schemas.base import Written


class SectionFile(Written):
    """A file that becomes one section of a policy, which is a field of Policy."""

    @abstractmethod
    def to_domain(self) -> object:
        """Return the section. Names in it are checked later (domain/policy_checks)."""

    def doubts(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Return what a valid file says without effect: where it says so, and what to do."""
        return ()
