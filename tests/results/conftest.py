from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from results.store import Store


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once on each engine."""
    opened = Store.open(database, evidence=tmp_path / "evidence")
    yield opened
    opened.close()
