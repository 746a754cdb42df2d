"""Figures that open their cases: what each case adds to which indicator, in which period.

Not here: how one case is handled (case), and the report that counts each case once (reporting).
"""
