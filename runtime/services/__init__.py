"""The long-running processes: one folder or module each, over one base.

Not here: work that ends (runtime/jobs); connections (runtime/wiring).
"""
