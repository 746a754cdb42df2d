"""The links of a case: what was given, how often it was tried, and why it ended."""

from collections.abc import Callable
from dataclasses import replace

from domain.case.events import Event
from domain.case.outside_links import TaskLink
from domain.case.state import Case, Steps
from domain.case.task_links.facts import LinkEnded, LinkGiven, LinkTried


def given(case: Case, fact: LinkGiven, event: Event) -> Case:
    link = TaskLink(fact.part, fact.party, fact.sha256, fact.until, given_by=event.actor.id)
    return replace(case, task_links=(*(case.task_links or ()), link))


def ended(case: Case, fact: LinkEnded, event: Event) -> Case:
    return _latest(case, fact.part, lambda link: replace(link, ended=fact.because))


def tried(case: Case, fact: LinkTried, event: Event) -> Case:
    return _latest(case, fact.part, lambda link: replace(link, tries=fact.tries))


def _latest(case: Case, part: str, change: Callable[[TaskLink], TaskLink]) -> Case:
    """Change the latest link of a task, which alone can be open."""
    links = [*(case.task_links or ())]
    place = max(number for number, link in enumerate(links) if link.part == part)
    links[place] = change(links[place])
    return replace(case, task_links=tuple(links))


STEPS: Steps = {
    LinkGiven: given,
    LinkEnded: ended,
    LinkTried: tried,
}
