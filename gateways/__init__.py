"""Ways out to other people's systems: Kafka producers, notices, the published holiday table.

Not here: the way in over HTTP, which is console/gateway.
"""
