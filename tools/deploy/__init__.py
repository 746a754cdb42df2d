"""Writers of files of deploy/ that follow from the tables of processes, settings and topics.

Not here: files of deploy/ that people write; pages of docs/ (tools/pages).
"""
