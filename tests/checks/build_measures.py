"""axe results and phone captures for unit tests of the measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from crawler.evidence import (
    AxeElement,
    AxeNode,
    AxeResult,
    AxeRule,
    MobileView,
    Rect,
    Sample,
    TapTarget,
    TextRun,
)
from tests.checks.build import HOME_URL, NOW


class RuleSpec(NamedTuple):
    """A rule by the names of its elements."""

    id: str
    tags: tuple[str, ...]
    passed: Sequence[str] = ()
    failed: Sequence[str] = ()
    review: Sequence[str] = ()
    error: str = ""


def rule(
    rule_id: str,
    criteria: str,
    *,
    level: str = "wcag2a",
    passed: Iterable[str] = (),
    failed: Iterable[str] = (),
    review: Iterable[str] = (),
    error: str = "",
) -> RuleSpec:
    """`criteria` as in "2.4.4 4.1.2"; `level` is axe's version and level tags, separated by spaces."""
    tags = (*level.split(), *("wcag" + sc.replace(".", "") for sc in criteria.split()))
    return RuleSpec(rule_id, tags, tuple(passed), tuple(failed), tuple(review), error)


def axe(*rules: RuleSpec, **more: Any) -> AxeResult:
    """A result whose elements are known by name: the same name in two rules is the same element."""
    names = sorted({name for spec in rules for name in (*spec.passed, *spec.failed, *spec.review)})
    index = {name: number for number, name in enumerate(names)}
    elements = tuple(AxeElement(name, selector=f"#{name}", snippet=f"<i id={name}>") for name in names)
    return AxeResult(
        version="4.14.1",
        tags=("wcag2a", "wcag2aa"),
        elements=elements,
        rules=tuple(_axe_rule(spec, index) for spec in sorted(rules)),
        **more,
    )


def _axe_rule(spec: RuleSpec, index: dict[str, int]) -> AxeRule:
    return AxeRule(
        id=spec.id,
        tags=spec.tags,
        impact="serious",
        help=f"help of {spec.id}",
        passed=tuple(index[name] for name in spec.passed),
        failed=tuple(AxeNode(index[name], "serious", "fix this") for name in spec.failed),
        review=tuple(AxeNode(index[name], "serious", "look at this") for name in spec.review),
        error=spec.error,
    )


CRITERIA = ("1.1.1", "1.3.1", "1.4.3", "2.4.2", "2.4.4", "3.1.1", "3.1.2", "4.1.2", "1.4.4", "2.1.1")


def met(count: int, failing: int = 0) -> AxeResult:
    """A page with `count` criteria met and `failing` ones failing."""
    rules = []
    for number, sc in enumerate(CRITERIA[: count + failing]):
        failed, passed = (["element"], []) if number < failing else ([], ["element"])
        rules.append(rule(f"rule-{sc}", sc, passed=passed, failed=failed))
    return axe(*rules)


def sample(population: int, drawn: int) -> Sample:
    """A random sample of so many of so many."""
    urls = tuple(f"{HOME_URL}p{number}" for number in range(drawn))
    return Sample(seed=7, population=population, requested=30, random=urls)


def target(name: str, *rects: tuple[float, float, float, float], href: str = "") -> TapTarget:
    """A tap target by its rectangles (x, y, width, height)."""
    return TapTarget(
        selector=f"#{name}", snippet=f"<a id={name}>", href=href, rects=tuple(Rect(*rect) for rect in rects)
    )


def phone(**more: Any) -> MobileView:
    """A capture of a page that works on a phone."""
    defaults: dict[str, Any] = {
        "captured_at": NOW,
        "final_url": HOME_URL,
        "status": 200,
        "content_type": "text/html",
        "layout_width": 411,
        "inner_width": 411,
        "content_width": 411,
        "viewports": ("width=device-width, initial-scale=1",),
        "text": (TextRun(16, 1000),),
        "text_length": 1000,
    }
    return MobileView(**({"url": HOME_URL} | defaults | more))
