"""Other people's systems: Kafka producers, the published holiday table."""
