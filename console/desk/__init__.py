"""The console: pages for the people of the town, made on the server, whole without JavaScript.

Not here: HTTP for programs (console/gateway); what is behind the ports
(runtime/services/console).
"""
