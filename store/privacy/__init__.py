"""Personal data: keys of cases, unsealing of text, reporters, erasure.

Not here: which fields are personal (domain/privacy).
"""
