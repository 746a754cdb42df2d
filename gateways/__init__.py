"""Ways out to other systems: Kafka, notices to people, checkpoint files, published holidays.

Not here: the way in over HTTP, which is console/gateway.
"""
