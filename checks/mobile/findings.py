"""What the phone captures of a site show, element by element: the rules, small targets, lost resources."""

from __future__ import annotations

from checks.finding import Finding, Instance, Outcome
from checks.mobile import target_size
from checks.mobile.confirmation import Compared
from checks.mobile.home_view import view_failure
from checks.mobile.notes import sentence
from checks.mobile.rules import Issue, issues
from checks.sentences import quoted, say
from crawler.evidence import MobileView, Resource, Site, TapTarget


def failed_stylesheets(view: MobileView) -> tuple[Resource, ...]:
    """Without its stylesheets a page looks otherwise than its visitors see it."""
    return tuple(resource for resource in view.resources if resource.type == "stylesheet")


def findings(site: Site, home: MobileView | None, found: Compared | None) -> tuple[Finding, ...]:
    """What every phone capture that can be judged says; of the home page's what was `found` to stay, and
    nothing where that is None.
    """
    shown: list[Finding] = []
    for view in site.mobile:
        if view is home:
            shown += _of_view(view, found.broken) if found else ()
        elif view_failure(view) is None:
            shown += _of_view(view, issues(view))
    return tuple(shown)


def _of_view(view: MobileView, issues_of_view: tuple[Issue, ...]) -> tuple[Finding, ...]:
    broken = tuple(
        Finding(
            rule=issue.rule.value,
            outcome=Outcome.FAILED,
            page_url=view.url,
            message=sentence(issue)
            + (say(" Counts in the strict verdict only.") if issue.strict_only else ""),
            instances=issue.instances,
        )
        for issue in issues_of_view
    )
    return (*broken, *_target_size(view), *_resources(view))


def _target_size(view: MobileView) -> tuple[Finding, ...]:
    small = target_size.undersized(view.targets)
    if not small:
        return ()
    url = view.final_url or view.url
    instances = (
        Instance(
            url=url,
            selector=one.selector,
            snippet=one.snippet,
            rect=one.rects[0],
            message=_size(one),
            on_phone=True,
        )
        for one in small
    )
    return (
        Finding(
            rule="target-size",
            outcome=Outcome.FAILED,
            page_url=view.url,
            criteria=("2.5.8",),
            message=say("Targets under 24 by 24 px without spacing, on a phone; not part of the verdict."),
            help_url="https://www.w3.org/WAI/WCAG22/Understanding/target-size-minimum",
            instances=tuple(instances),
        ),
    )


def _size(target: TapTarget) -> str:
    return say("{width:g} x {height:g} px", width=target.rects[0].width, height=target.rects[0].height)


def _resources(view: MobileView) -> tuple[Finding, ...]:
    """Google's resourceIssues: what did not load, and may have bent the verdict."""
    if not view.resources:
        return ()
    url = view.final_url or view.url
    instances = (
        Instance(url=url, snippet=one.url, message=quoted(f"{one.type}: {one.failure or one.status}"))
        for one in view.resources
    )
    return (
        Finding(
            rule="resource-issues",
            outcome=Outcome.CANT_TELL if failed_stylesheets(view) else Outcome.FAILED,
            page_url=view.url,
            message=say("Resources that the page asks for did not load."),
            instances=tuple(instances),
        ),
    )
