from __future__ import annotations

from crawler.asked_pages import AskedPages
from crawler.evidence import StructuredPage, VisitPage


def visit(name: str, role: str = "news") -> VisitPage:
    return VisitPage(url=f"https://iestade.example/{name}", role=role)


def test_pages_are_let_through_in_order_until_the_cap_and_the_others_noted_once() -> None:
    asked = AskedPages(2)
    wanted = [visit("a"), visit("b"), visit("c"), visit("c", "form"), visit("c")]
    assert [asked.allow(plan, ()) for plan in wanted] == [True, True, False, False, False]
    assert asked.left_out == (
        StructuredPage(visit("c").url, "news"),
        StructuredPage(visit("c").url, "form"),
    )


def test_a_page_that_is_captured_or_was_let_through_costs_nothing() -> None:
    asked = AskedPages(1)
    assert asked.allow(visit("home", "contacts"), {visit("home").url})
    assert asked.allow(visit("a"), ())
    assert asked.allow(visit("a", "form"), ())
    assert not asked.allow(visit("b"), ())
