"""The rules of complaint handling. Pure: no clock, no network, no database, no Temporal.

Not here: anything that reads or writes; its inputs are arguments.
"""
