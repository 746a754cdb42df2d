"""Watermarks: never beyond what is unfinished, never for a partition that is not ours."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.partition_progress import Partition, PartitionProgress, Ticket

A: Partition = ("t", 0)
B: Partition = ("t", 1)


def handed_out(progress: PartitionProgress, partition: Partition, end: int) -> Ticket:
    ticket = progress.hand_out(partition, end=end, size=1)
    assert ticket is not None
    return ticket


def test_the_watermark_is_the_end_of_what_was_finished() -> None:
    progress = PartitionProgress()
    progress.assigned([A, B])
    progress.finish(handed_out(progress, A, 100))
    handed_out(progress, A, 200)
    handed_out(progress, B, 50)

    assert progress.uncommitted() == {A: 100}


def test_what_was_committed_is_not_committed_again() -> None:
    progress = PartitionProgress()
    progress.assigned([A])
    progress.finish(handed_out(progress, A, 100))
    progress.committed({A: 100})

    assert progress.uncommitted() == {}


def test_only_the_partitions_that_leave_are_asked_for() -> None:
    progress = PartitionProgress()
    progress.assigned([A, B])
    progress.finish(handed_out(progress, A, 1))
    progress.finish(handed_out(progress, B, 2))

    assert progress.uncommitted([B]) == {B: 2}


def test_a_partition_that_stays_ours_keeps_the_chunk_that_is_out() -> None:
    progress = PartitionProgress()
    progress.assigned([A])
    ticket = handed_out(progress, A, 100)
    progress.assigned([A, B])

    assert progress.holds(ticket)
    assert progress.hand_out(A, end=200, size=1) is None


def test_nothing_after_a_chunk_that_was_given_up_is_handed_out() -> None:
    progress = PartitionProgress()
    progress.assigned([A])
    progress.finish(handed_out(progress, A, 100))
    progress.give_up(handed_out(progress, A, 200))

    assert progress.hand_out(A, end=300, size=1) is None
    assert progress.out() == []
    assert progress.uncommitted() == {A: 100}


@given(st.lists(st.sampled_from(["take", "finish", "late", "revoke", "assign", "give up"])))
def test_nothing_unfinished_lies_below_the_watermark(steps: list[str]) -> None:
    """Whatever the order of events, as the records of one partition see it."""
    progress = PartitionProgress()
    progress.assigned([A])
    committed = fetched = 0
    done: set[int] = set()
    tickets: list[Ticket] = []
    for step in steps:
        if step == "take" and (ticket := progress.hand_out(A, end=fetched + 2, size=2)):
            tickets.append(ticket)
            fetched += 2
        elif step in ("finish", "late") and tickets:
            ticket = tickets[-1 if step == "finish" else 0]
            progress.finish(ticket)
            done |= {ticket.end - 2, ticket.end - 1}
        elif step == "give up" and tickets:
            progress.give_up(tickets[-1])
        elif step == "revoke":
            committed = progress.uncommitted().get(A, committed)
            progress.revoked([A])
        elif step == "assign" and A not in progress.partitions():
            progress.assigned([A])
            fetched = committed  # a new owner begins at the committed offset

        assert set(range(progress.uncommitted().get(A, 0))) <= done
