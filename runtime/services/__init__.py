"""The long-running processes: a module or folder for each, with one base, one Leader, one `serve`.

Not here: work that ends (runtime/jobs); connections (runtime/wiring).
"""
