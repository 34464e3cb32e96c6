from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec.structs import replace

from results.ci.baseline import Baseline, Filling, read
from results.ci.names import names
from results.ci.policy import Policy
from schedules.gate_options import GateWish, SiteGate, judged
from tests.results.ci.runs import URL, image, run

OTHER = "https://other.example/"
FILLING = Filling(reason="old", owner="Anna", expires=date(2099, 1, 1))


def wish(name: str, baseline: Path | None = None) -> GateWish:
    policy = Policy(names=names([name]))
    return GateWish(policy=policy, baseline=baseline, update=baseline is not None, filling=FILLING)


def gates(*wishes: GateWish) -> list[SiteGate]:
    return [SiteGate(wish=one, positions=frozenset({place})) for place, one in enumerate(wishes)]


MINE = run(image()).sites[0]
THEIRS = replace(run(image(url=OTHER), url=OTHER).sites[0], position=1)
BOTH = replace(run(), sites=(MINE, THEIRS))


def test_policies_that_share_a_file_keep_each_others_entries(tmp_path: Path) -> None:
    path = tmp_path / "accepted.json"
    asked = gates(wish("violation", path), wish("rule:image-alt", path))
    said = judged(BOTH, asked, {path: Baseline()})
    assert said is not None
    assert (said.code, len(said.accepted), said.fixed, said.stale) == (0, 2, (), ())
    assert [one.url for one in read(path).entries] == [OTHER, URL]
    before = path.read_bytes()
    assert judged(BOTH, asked, {path: read(path)}) == said
    assert path.read_bytes() == before


def test_an_entry_of_one_site_accepts_nothing_of_another(tmp_path: Path) -> None:
    path = tmp_path / "accepted.json"
    said = judged(BOTH, gates(wish("violation", path), wish("violation")), {path: Baseline()})
    assert said is not None
    assert ([one.url for one in said.failed], [one.url for one in said.accepted]) == ([OTHER], [URL])
    assert judged(BOTH, gates(GateWish(), GateWish()), {}) is None
