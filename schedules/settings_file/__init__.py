"""`eindekss.toml`: defaults of the command line in a file beside what is audited, and what differs by URL.

What counts, in this order: command line, environment, a `[[url]]` that matches, the command's table, the
top of the file, what is built in.
"""
