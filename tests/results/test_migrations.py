from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, inspect, text

from results.columns import Table
from results.database import VERSION_TABLE, head_revision, open_database, writing
from results.migrating import alembic_config, revisions


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = open_database(database)
    yield engine
    engine.dispose()


ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
ON_POSTGRESQL = """
SELECT table_name || '.' || column_name AS name,
       concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default) AS sql
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
ORDER BY name, sql
"""


def schema(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(text(ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL))
    return [(str(name), str(sql)) for name, sql in found if VERSION_TABLE not in name]


def test_migrated_tables_equal_the_models(engine: Engine) -> None:
    with writing(engine).begin() as connection:
        command.check(alembic_config(connection))


def test_constraints_and_indexes_equal_the_models(engine: Engine) -> None:
    """Alembic does not compare names of constraints, nor conditions of indexes."""
    with writing(engine).begin() as connection:
        migrated = schema(connection)
        for table in reversed(Table.metadata.sorted_tables):
            table.drop(connection)
        Table.metadata.create_all(connection)
        assert [name for name, _ in migrated] == [name for name, _ in schema(connection)]
        assert normal(migrated) == normal(schema(connection))


def normal(found: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Statements without the order of their columns; what was added later stands in one line with others."""
    return [(name, sorted(filter(None, map(_bare, re.split(r",\s|\n", sql))))) for name, sql in found]


def _bare(part: str) -> str:
    return part.strip(" ,)\t")


def test_down_and_up_again_gives_the_same_schema(engine: Engine) -> None:
    with writing(engine).begin() as connection:
        config = alembic_config(connection)
        before = schema(connection)
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == [VERSION_TABLE]
        command.upgrade(config, "head")
        assert schema(connection) == before


def test_every_revision_goes_down_and_up_alone(engine: Engine) -> None:
    assert revisions()[0] == head_revision()
    with writing(engine).begin() as connection:
        for _ in revisions():
            command.downgrade(alembic_config(connection), "-1")
        for _ in revisions():
            command.upgrade(alembic_config(connection), "+1")
        command.check(alembic_config(connection))


def test_at_most_one_judgement_of_a_run_is_current(engine: Engine) -> None:
    with engine.connect() as connection:
        sql = dict(schema(connection))["uq_judgement_current"]
    assert sql.endswith(("(run_id) WHERE is_current = 1", "(run_id) WHERE is_current"))


def test_postgresql_gets_jsonb_and_zoned_times(postgresql: str) -> None:
    engine = open_database(postgresql)
    with engine.connect() as connection:
        found = dict(schema(connection))
    engine.dispose()
    assert found["run.settings"] == "jsonb NO"
    assert found["run.started_at"] == "timestamp with time zone NO"
    assert found["fk_site_run_id_run"].endswith("ON DELETE CASCADE")
