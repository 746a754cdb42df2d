"""From the bytes of a record to a checked event, or to the reason why not.

Not here: what is done with the event (consumers/complaints, consumers/commands).
"""
