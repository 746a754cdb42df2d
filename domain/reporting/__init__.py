"""Figures over many cases: indicators, periods, results of joint work.

Not here: how one case is handled (domain/case).
"""
