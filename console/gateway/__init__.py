"""Complaints and acts over HTTP, for those without Kafka: CloudEvents and Open311 GeoReport v2.

Not here: the decoders it asks (consumers/decoding), and ways out (gateways).
"""
