"""Policy as data: one directory of YAML files a tenant, shipped with the program."""
