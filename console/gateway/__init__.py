"""Complaints and acts over HTTP, for senders without Kafka: CloudEvents and Open311 GeoReport v2.

Not here: the decoders that check an event (consumers/decoding); Kafka out (gateways).
"""
