"""`sanban upgrade check`: replays open cases, and compares the rows that they wrote.

Not here: recorded histories of stories (tests/replay), starting workflows again (rebuild).
"""
