"""How a case begins: opened, triaged, settled at the desk, or not taken on.

Not here: how it comes to a unit (dispatch); which plan it gets (domain/planning).
"""
