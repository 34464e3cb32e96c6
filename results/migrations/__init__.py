"""Alembic scripts: every change of the tables since the first one, up and down.

To change a table: edit `results/models.py`, write `versions/000N_what.py` by hand (portable types only,
`batch_alter_table` for SQLite), run `tests/results/test_migrations.py`, which compares both.
"""
