"""Complaints and acts over HTTP, for those without Kafka: CloudEvents, and Open311 GeoReport v2."""
