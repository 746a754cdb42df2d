"""The order of the superior that issued a case: its date may be changed, by the issuer alone.

Not here: writing the case off, or sending it back (closing); the level of supervision
(supervision).
"""
