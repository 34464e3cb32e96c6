"""Taking a site's random sample page by page."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crawler.evidence import Failure, FailureReason, Page, Sample
from crawler.sampling import SampleDrawing
from crawler.urls import SiteScope

SCOPE = SiteScope.of("https://www.example.lv/")


def page(url: str, **seen: object) -> Page:
    return Page(
        **{
            "url": url,
            "final_url": url,
            "status": 200,
            "content_type": "text/html",
            "captured_at": "",
            **seen,
        }
    )  # type: ignore[arg-type]


def drawn(population: list[str], pages: int, seed: int, see: Callable[[str], Page] = page) -> Sample:
    drawing = SampleDrawing(population, SCOPE, pages=pages, seed=seed)
    while batch := drawing.next_batch():
        drawing.take([see(url) for url in batch])
    return drawing.sample(())


def urls(count: int) -> list[str]:
    return [f"https://www.example.lv/{number}" for number in range(count)]


@given(st.integers(0, 60), st.integers(1, 40), st.integers(0, 9))
def test_a_site_gives_as_many_pages_as_wanted_or_all_it_has(count: int, pages: int, seed: int) -> None:
    sample = drawn(urls(count), pages, seed)

    assert len(sample.random) == len(set(sample.random)) == min(count, pages)
    assert sample.population == count
    assert sample.is_census == (count <= pages)


@given(st.integers(0, 9), st.sets(st.integers(0, 39), max_size=30))
def test_what_is_no_page_is_replaced_by_the_next_drawn(seed: int, gone: set[int]) -> None:
    missing = {f"https://www.example.lv/{number}" for number in gone}
    sample = drawn(urls(40), 10, seed, lambda url: page(url, status=404 if url in missing else 200))

    assert not missing & set(sample.random)
    assert {one.url for one in sample.replaced} <= missing
    assert len(sample.random) == min(10, 40 - len(missing))


def test_a_directory_and_its_index_page_are_one_page_where_they_show_the_same() -> None:
    def see(url: str) -> Page:
        return page(url, title="Sākums", text="Cits" if "/b/index" in url else "Teksts")

    names = [f"https://www.example.lv/{folder}/{name}" for folder in "ab" for name in ("", "index.html")]
    sample = drawn(names, 4, 1, see)
    assert sorted(sample.random)[-2:] == names[2:]
    assert len(sample.random) == 3
    assert [(one.url in names[:2], one.why) for one in sample.replaced] == [(True, "duplicate")]


def test_the_same_seed_draws_the_same_pages_whatever_order_they_were_found_in() -> None:
    population = urls(50)

    assert drawn(population, 10, 4).random == drawn(population[::-1], 10, 4).random
    assert drawn(population, 10, 4).random != drawn(population, 10, 5).random


def test_two_addresses_of_one_page_count_once() -> None:
    sample = drawn(urls(6), 6, 1, lambda url: page(url, final_url="https://www.example.lv/same"))

    assert len(sample.random) == 1
    assert {one.why for one in sample.replaced} == {"duplicate"}


def test_documents_and_pages_that_lead_off_the_site_are_replaced_with_their_reason() -> None:
    def seen(url: str) -> Page:
        if url.endswith("/0"):
            return page(url, content_type="application/pdf")
        if url.endswith("/1"):
            return page(url, final_url="https://other.lv/")
        return page(url, failure=Failure(FailureReason.DOWNLOAD))

    sample = drawn(urls(3), 3, 1, seen)

    assert sample.random == ()
    assert {one.why for one in sample.replaced} == {"not_html", "out_of_scope", "download"}


def test_a_page_that_fails_stays_in_the_sample() -> None:
    sample = drawn(urls(3), 3, 1, lambda url: page(url, failure=Failure(FailureReason.TIMEOUT), status=None))

    assert len(sample.random) == 3
    assert sample.replaced == ()


@given(st.integers(0, 9), st.integers(1, 12), st.sets(st.integers(0, 29), max_size=20))
def test_an_earlier_sample_comes_first_and_its_lost_pages_are_replaced(
    seed: int, pages: int, gone: set[int]
) -> None:
    earlier = replace(drawn(urls(30), pages, seed), pinned_from="run-1")
    missing = {f"https://www.example.lv/{number}" for number in gone}
    left = [url for url in earlier.random if url not in missing]
    drawing = SampleDrawing(urls(40), SCOPE, pages=pages, seed=seed, pinned=earlier)
    while batch := drawing.next_batch():
        drawing.take([page(url, status=404 if url in missing else 200) for url in batch])
    sample = drawing.sample(())

    assert list(sample.random[: len(left)]) == left
    assert len(sample.random) == min(pages, 40 - len(missing))
    assert (sample.pinned_from, sample.overlap) == ("run-1", len(left))
    assert sample.population == 40
    assert missing & set(earlier.random) <= {one.url for one in sample.replaced}


def test_a_page_of_an_earlier_sample_that_left_the_site_is_not_asked_for() -> None:
    earlier = Sample(seed=1, population=9, requested=2, random=("https://other.example/", urls(1)[0]))
    drawing = SampleDrawing(urls(5), SCOPE, pages=2, seed=1, pinned=earlier)
    (first, second) = drawing.next_batch()
    assert first == urls(1)[0]
    assert second in urls(5)
