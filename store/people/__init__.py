"""What people of a town set about themselves: absences and stand-ins.

Not here: the roster of a pack (store/packs).
"""
