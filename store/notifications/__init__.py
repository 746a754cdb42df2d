"""The notifier's tables: notices to send, attempts, and reports for cases.

Not here: quiet hours, rates and digests (domain/notifications); sending (gateways).
"""
