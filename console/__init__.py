"""HTTP endpoints: health and metrics of every process, and the gateway for people and programs.

Not here: the HTTP server and its settings (runtime/wiring, runtime/services/gateway).
"""
