"""`sanban lint`: find every mistake in a file of events before it is sent.

Not here: the decoders it asks (consumers/decoding).
"""
