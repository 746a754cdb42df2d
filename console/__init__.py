"""People's and programs' way in over HTTP: health and metrics of every process, and the gateway.

Not here: the HTTP server and its settings (runtime/wiring, runtime/services/gateway).
"""
