"""How long a test waits before it calls something broken.

No test depends on how fast the machine is. These limits only end what would hang, so they leave
room for a machine that is ten times slower than a developer's and has twenty other things to do.
A generous limit costs time in a test that fails, and in no other. Where a limit is itself the
behaviour under test, the test gives it as a setting of its own.
"""

SERVER_S = 120.0
"""A server, or a process of ours, starts and is ready, or ends when it is asked to."""

COMMAND_S = 180.0
"""A command does what it is asked to and ends."""

EVENT_S = 120.0
"""Something happens without the test: a record arrives, a leader is chosen, a port answers."""

LOAD_S = 300.0
"""Hundreds of records or cases are worked off."""

TEST_S = 900
"""A whole test, with the servers that it starts. pyproject.toml gives it to pytest."""
