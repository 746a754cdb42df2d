"""Keys of cases, sealing and unsealing of personal text, erasure.

Not here: which fields are personal (domain/privacy).
"""
