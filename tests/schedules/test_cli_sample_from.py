"""`--sample-from`: the random pages of an earlier run, audited again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.evidence import Sample
from results.store import Store
from tests.crawler.page_server import serving
from tests.schedules.site_server import Ran, call, page, run, small_site

PAGES = 3


class Waves(dict[str, Ran]):
    """What the runs said, and the samples that the store has of them."""

    samples: dict[str, Sample]
    gone: str
    """A page of the first run's sample that the second one does not find."""


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waves]:
    folder = tmp_path_factory.mktemp("waves")
    database, institutions = folder / "runs.db", folder / "list.csv"
    options = ("--allow-private", "--rate", 100, "--format", "json", "--db", database, "--quiet")
    found = Waves()
    with serving(small_site(8)) as site, serving({"/": page("Cits")}) as other:
        institutions.write_text(f"url\n{site.url}/\n", encoding="utf-8")
        found["first"] = run(call("run", institutions, "--name", "first", "--pages", PAGES, *options))
        first = _samples(database, "first")[f"{site.url}/"]
        gone = next(url for url in first.random if not url.endswith("/"))
        site.routes[gone.removeprefix(site.url)] = lambda handler: handler.answer("", status=404)
        institutions.write_text(f"url\n{site.url}/\n{other.url}/\n", encoding="utf-8")
        again = ("--name", "second", "--sample-from", "first")
        found["second"] = run(call("run", institutions, *again, *options))
        found["home page"] = run(call("run", institutions, *again, *options, "--scope", "homepage"))
        found["no run"] = run(call("run", institutions, "--name", "x", "--sample-from", "none", *options))
        second = _samples(database, "second")[f"{site.url}/"]
        found.samples, found.gone = {"first": first, "second": second}, gone
        yield found


def _samples(database: Path, name: str) -> dict[str, Sample]:
    store = Store.open(str(database), create=False)
    try:
        return store.load_samples(store.find_run(name))
    finally:
        store.close()


def test_the_same_pages_are_audited_and_the_lost_one_is_replaced(waves: Waves) -> None:
    first, second = waves.samples["first"], waves.samples["second"]
    gone = waves.gone
    kept = [url for url in first.random if url != gone]
    assert waves["second"].code == 0
    assert list(second.random[: len(kept)]) == kept
    assert len(second.random) == len(first.random) == PAGES
    assert [(one.url, one.why) for one in second.replaced if one.url == gone] == [(gone, "http_404")]
    assert (second.seed, second.requested, second.overlap) == (first.seed, PAGES, len(kept))


def test_the_overlap_is_said_and_a_new_site_is_drawn(waves: Waves) -> None:
    before = waves["first"].document["run"]["id"]
    same, new = waves["second"].sites
    assert (same["wcag"]["pinned_from"], same["wcag"]["pinned_pages"]) == (before, PAGES - 1)
    assert (new["wcag"]["pinned_from"], new["wcag"]["pinned_pages"]) == ("", 0)
    assert f"{new['url']}: not sampled in run {before}, its pages are drawn" in waves["second"].err


@pytest.mark.parametrize(("name", "told"), [("home page", "--scope sample"), ("no run", "No run is called")])
def test_what_cannot_be_taken_over_is_a_usage_error(waves: Waves, name: str, told: str) -> None:
    assert (waves[name].code, waves[name].out) == (2, "")
    assert told in waves[name].err
