"""What the report shows in which order: the figures, lists and tables that the 2017 report had, then ours."""

from __future__ import annotations

import msgspec

from checks import questionnaire
from checks.questionnaire import Kind
from results.exports.codebook import codes
from results.language import N_
from results.study.tally import NOT_EVALUABLE

Line = tuple[str, int]
"""A code, and the value whose share is told."""
OTHER_NETWORKS = "social.other_networks"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A chart with its table, and the lists under it."""

    id: str
    title: str
    """Marked for the catalogue, like `note`."""
    lines: tuple[Line, ...]
    note: str = ""
    lists: tuple[tuple[str, Line], ...] = ()
    """Heading, and which institutions are named under it."""
    has_parts: bool = False
    """The lines are the parts of one whole."""


def _items(prefix: str) -> tuple[Line, ...]:
    return tuple((code.code, 1) for code in codes() if code.code.startswith(prefix) and code.legal)


def figures() -> tuple[Figure, ...]:
    """All figures in order; the numbers in their titles are those of the 2017 report."""
    return (*_measured(), *_offered(), *_standard())


def _measured() -> tuple[Figure, ...]:
    return (
        Figure(
            id="figure-10",
            title=N_("WCAG conformance (figure 10)"),
            lines=tuple(("M16J", value) for value in (1, 2, 3, 4, NOT_EVALUABLE)),
            note=N_("The study counts low and not evaluable sites as one band; here they stand apart."),
            lists=((N_("Institutions in the highest band"), ("M16J", 1)),),
            has_parts=True,
        ),
        Figure(
            id="figure-11",
            title=N_("Mobile test (figure 11)"),
            lines=(("M17J", 1), ("M17J", 2)),
            lists=((N_("Institutions whose site passes the mobile test (as annex 7.4)"), ("M17J", 1)),),
            has_parts=True,
        ),
        Figure(
            id="figure-5",
            title=N_("Social networks (figure 5)"),
            lines=(
                ("K11M_FB", 1),
                ("K11M_TW", 1),
                (OTHER_NETWORKS, 1),
                ("K11M_FB_3", 2),
                ("K11m_TW_3", 2),
                ("K11M_FB_5", 1),
                ("K11M_FB_5", 2),
            ),
            note=N_(
                "Posts and replies are counted among the institutions that are known to have the network."
            ),
        ),
    )


def _offered() -> tuple[Figure, ...]:
    return (
        Figure(id="usability", title=N_("What the site offers"), lines=(*_items("M08_"), ("F13M", 1))),
        Figure(
            id="participation",
            title=N_("Participation"),
            lines=_items("M06_"),
            lists=((N_("Institutions whose section explains everything (M06_3)"), ("M06_3", 1)),),
        ),
        Figure(id="figure-9", title=N_("Tools of participation (figure 9)"), lines=_items("M07_")),
        Figure(
            id="figure-20",
            title=N_("Consultations (figure 20)"),
            lines=(("M09", 1), ("M09", 2), ("M09", 3), ("M11", 1), ("M12", 1)),
            lists=((N_("Institutions with online consultation (M12)"), ("M12", 1)),),
        ),
        Figure(
            id="figure-47",
            title=N_("Links to services, and how e-services are explained (figure 47)"),
            lines=(("M05", 1), ("M05", 2), *_items("M13_")),
            lists=((N_("Institutions without links to services (M05 = 2)"), ("M05", 2)),),
        ),
    )


def _standard() -> tuple[Figure, ...]:
    return (
        Figure(
            id="standard",
            title=N_("What a client service standard asks of a site"),
            lines=_items("standard."),
        ),
        Figure(id="service", title=N_("What descriptions of services hold"), lines=_items("service.")),
    )


def crossed() -> tuple[Line, ...]:
    """The lines of every cross-tabulation: each question whose answers can be counted, in the codebook's
    order; of a yes-or-no question its favourable answer.
    """
    return tuple((code.code, value) for code in codes() for value in _values(code.code))


def _values(code: str) -> tuple[int, ...]:
    if code == OTHER_NETWORKS:
        return (1,)
    if questionnaire.is_own(code):
        return () if code.startswith("social.") else (1,)
    entry = questionnaire.entry(code)
    if entry.kind is Kind.ITEM:
        return (1,)
    if entry.kind is not Kind.CHOICE:
        return ()
    if len(entry.answers) == 2:
        return tuple(sorted(entry.favourable))
    return (*sorted(entry.answers), NOT_EVALUABLE) if code == "M16J" else tuple(sorted(entry.answers))
