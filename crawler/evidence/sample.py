"""The WCAG-EM sample of a site: random pages carry the score, structured pages serve the other checks."""

from __future__ import annotations

import msgspec


class StructuredPage(msgspec.Struct, frozen=True):
    """A page chosen for its role: `home`, `search_results`, `services`, `participation`, `contacts`,
    `news`, `accessibility_statement`, `form`, …
    """

    url: str
    role: str


class Replaced(msgspec.Struct, frozen=True):
    """A drawn URL that was no page of the population (not HTML, gone, a duplicate), and why."""

    url: str
    why: str


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """WCAG-EM 1.0 step 3; `random` is uniform without replacement from `population`, sorted, by `seed`."""

    seed: int
    population: int
    requested: int
    random: tuple[str, ...] = ()
    structured: tuple[StructuredPage, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    left_out: tuple[StructuredPage, ...] = ()
    """Pages that checks asked for beyond the settings' `structured_pages`: not captured."""
    unwanted: tuple[Replaced, ...] = ()
    """Pages that checks asked for and the operator does not want, and why (a SkipReason): not captured."""
    pinned_from: str = ""
    """The run whose sample was taken over, else empty."""
    overlap: int = 0
    """Random pages that were in that run's sample too."""
    pinned_random: int = 0
    """Random pages of that run's sample; those beyond `overlap` were replaced, or are not wanted any more."""
    structured_overlap: int = 0
    """Structured pages, the home page left out, that were in that run's sample too."""
    pinned_structured: int = 0
    """Structured pages of that run's sample, the home page left out."""
    lost: tuple[Replaced, ...] = ()
    """Structured pages of that run that are gone: what the checks choose today takes their place."""

    @property
    def is_census(self) -> bool:
        """Whether the random pages are the whole population."""
        return len(self.random) + len(self.replaced) >= self.population
