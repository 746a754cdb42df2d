"""Which fields are personal, and how sealed text looks.

Not here: keys and ciphers (store/privacy).
"""
