"""`sanban lint`: every mistake of a file of events, before it is sent.

Not here: the decoders it asks (consumers/decoding).
"""
