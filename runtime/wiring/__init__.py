"""Connections and constructors: databases, Temporal, Kafka, packs, HTTP server.

Not here: anything that decides (domain) or runs on its own (runtime/services).
"""
