"""Writers of docs/contracts: JSON Schema, AsyncAPI, OpenAPI, and their examples.

Not here: the models they are made from (schemas).
"""
