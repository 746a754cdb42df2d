"""What comes in from Kafka: every record ends in exactly one named outcome."""
