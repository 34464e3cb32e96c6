"""Findings put together as a webmaster mends them: one defect of a template on thirty pages is one item.

Elements are the same defect where the same rule fails on elements of the same form
(`results.content_key.element_form`): in a list of news each line is the same defect, whatever it says.
Elements without class, id and name are also told apart by axe's selector, less its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checks.finding import Finding, Instance
from results.content_key import element_form, lasting_selector, lasting_text

_NAMED = ("[class", "[id", "[name")
ONE_A_PAGE = ("html", "body", "head")
"""Elements that stand for the page."""


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend: elements of one shape that fail one rule."""

    shape: str
    instances: tuple[Instance, ...]
    """In the order of the findings; at least one."""
    pages: tuple[str, ...]
    """Each page once, as the audit asked for it."""

    @property
    def places(self) -> tuple[Instance, ...]:
        """The instances that a reader can tell apart: each snippet and selector once."""
        return tuple({(one.snippet, one.selector): one for one in reversed(self.instances)}.values())[::-1]


def defects(findings: Iterable[Finding]) -> tuple[Defect, ...]:
    """Those of one rule's findings, the most widespread first."""
    found: dict[str, list[tuple[str, Instance]]] = {}
    for finding in findings:
        for one in finding.instances:
            found.setdefault(shape(one), []).append((finding.page_url or one.url, one))
    every = (
        Defect(
            shape=name,
            instances=tuple(one for _, one in group),
            pages=tuple(dict.fromkeys(url for url, _ in group)),
        )
        for name, group in found.items()
    )
    return tuple(sorted(every, key=lambda one: (-len(one.pages), -len(one.instances), one.shape)))


def shape(instance: Instance) -> str:
    """What stays of an element from page to page; the message where there is no element."""
    form = element_form(instance.snippet)
    if not form:
        return lasting_selector(instance.selector) or lasting_text(instance.message)
    if any(name in form for name in _NAMED) or form.partition("[")[0] in ONE_A_PAGE:
        return form
    return f"{form} {lasting_selector(instance.selector)}"
