"""Alembic's entry: runs migrations on the connection, or as SQL text, that `results.database` hands in."""

from __future__ import annotations

from alembic import context

from results import models, panel_models, registry_models, task_models
from results.columns import Table
from results.database import VERSION_TABLE

# What is imported is what the metadata knows of.
_ALL_TABLES = (models, panel_models, registry_models, task_models)
_connection = context.config.attributes.get("connection")
context.configure(
    connection=_connection,
    dialect_name=None if _connection is not None else context.config.get_main_option("dialect"),
    as_sql=_connection is None,
    literal_binds=_connection is None,
    target_metadata=Table.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
