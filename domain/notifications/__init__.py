"""Which person is notified of which rung, when, and in which message.

Not here: the town's texts and limits (domain/policy); sending (gateways, runtime).
"""
