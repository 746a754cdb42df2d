"""Decoders: the bytes of a record become a checked event, or a reason to refuse them.

Not here: what is done with the event (consumers/complaints, consumers/commands).
"""
