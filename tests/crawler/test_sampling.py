"""Taking a site's random sample page by page."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

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
