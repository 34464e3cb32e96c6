from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from results.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(str(tmp_path / "runs.sqlite3"))
    yield opened
    opened.close()
