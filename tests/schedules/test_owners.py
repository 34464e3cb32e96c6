"""Who holds a lease, and whether that process still lives."""

from __future__ import annotations

import subprocess
import sys

from schedules.owners import is_dead, this_owner

_SAY = "from schedules.owners import this_owner; print(this_owner(), flush=True); input()"


def test_a_process_is_alive_until_it_is_not() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _SAY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        owner = other.stdout.readline().strip()
        assert not is_dead(owner)
        other.kill()
        other.wait()
    assert is_dead(owner)


def test_this_process_lives_and_has_one_name() -> None:
    assert this_owner() == this_owner()
    assert not is_dead(this_owner())
    assert len(this_owner()) <= 128


def test_another_process_with_the_same_number_is_not_the_owner() -> None:
    place, _, _ = this_owner().rpartition("/")
    assert is_dead(f"{place}/1.00")


def test_of_other_machines_nothing_is_known() -> None:
    _, _, rest = this_owner().partition("/")
    assert not is_dead(f"elsewhere/{rest}")
    assert not is_dead("a")
    assert not is_dead("")
