from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from crawler.sample import draw

URLS = st.lists(st.text(min_size=1, max_size=8), max_size=30)


@given(URLS, st.integers())
def test_is_a_permutation_of_the_distinct_urls(population: list[str], seed: int) -> None:
    assert sorted(draw(population, seed)) == sorted(set(population))


@given(URLS.flatmap(lambda urls: st.tuples(st.just(urls), st.permutations(urls))), st.integers())
def test_order_and_repetition_of_the_population_do_not_matter(
    both: tuple[list[str], list[str]], seed: int
) -> None:
    population, shuffled = both
    assert draw(population, seed) == draw(shuffled + population, seed)


def test_seeds_draw_differently() -> None:
    population = [f"https://ex.lv/{number}" for number in range(50)]
    assert len({draw(population, seed) for seed in range(20)}) == 20


def test_every_page_is_equally_likely_at_every_place() -> None:
    population = [f"https://ex.lv/{number}" for number in range(10)]
    seeds = 5_000
    places = [Counter[str]() for _ in population]
    for seed in range(seeds):
        for place, url in enumerate(draw(population, seed)):
            places[place][url] += 1
    expected = seeds / len(population)
    for counts in places:
        chi_square = sum((counts[url] - expected) ** 2 / expected for url in population)
        assert chi_square < 27.88  # 9 degrees of freedom, p = 0.001; the seeds are fixed
