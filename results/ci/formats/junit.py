"""JUnit XML as Jenkins and GitLab read it: a suite a page, a case a rule, so that each can be followed.

The dialect is the intersection of what both document: `testsuites > testsuite > testcase` with one
`failure`, `error` or `skipped`, and `system-out`. `error` is what could not be told, `skipped` what is
accepted or not named; a rule that nothing was found of has no case, for axe does not say which it ran.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from lxml import etree  # type: ignore[import-untyped]  # it has no stubs

from results.ci.policy import Verdict
from results.ci.telling import told as lines_of
from results.ci.told_items import State, Told, advice, sentence, told_items
from results.records import RunRecord
from results.terminal import plain

_ELEMENTS = {State.FAILED: "failure", State.OPEN: "error", State.ACCEPTED: "skipped", State.NOTED: "skipped"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_PLACES = 20


def junit(run: RunRecord, verdict: Verdict | None) -> bytes:
    """The document, UTF-8."""
    root = etree.Element("testsuites", name="eindekss")
    every = sorted(told_items(run, verdict), key=lambda one: one.item.url)
    for url, group in groupby(every, key=lambda one: one.item.url):
        _suite(root, url, list(group))
    if verdict is not None:
        _gate(root, verdict)
    counts = {name: sum(int(suite.get(name, "0")) for suite in root) for name in _COUNTED}
    for name, number in counts.items():
        root.set(name, str(number))
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


_COUNTED = ("tests", "failures", "errors", "skipped")


def _suite(root: etree._Element, url: str, group: Iterable[Told]) -> None:
    suite = etree.SubElement(root, "testsuite", name=_text(url))
    for told in group:
        item = told.item
        case = etree.SubElement(
            suite,
            "testcase",
            name=_text(f"{item.rule} {item.element}".strip()),
            classname=_class(url),
            time="0",
        )
        result = etree.SubElement(
            case, _ELEMENTS[told.state], message=_text(f"{told.state}: {sentence(item)}")
        )
        if told.state in (State.FAILED, State.OPEN):
            result.set("type", _text(item.impact or str(item.outcome)))
            result.text = _text(_body(told), lines=True)
    _count(suite)


def _gate(root: etree._Element, verdict: Verdict) -> None:
    """What concerns whole sites, so that no gate that failed looks green."""
    suite = etree.SubElement(root, "testsuite", name="eindekss gate")
    case = etree.SubElement(suite, "testcase", name="gate", classname="eindekss", time="0")
    if verdict.code:
        name = "failure" if verdict.code == 1 else "error"
        head, *rest = lines_of(verdict)
        result = etree.SubElement(case, name, message=_text(head), type="gate")
        result.text = _text("\n".join(rest), lines=True)
    _count(suite)


def _count(suite: etree._Element) -> None:
    names = [child.tag for case in suite for child in case]
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(names.count(tag)))
    suite.set("time", "0")


def _body(told: Told) -> str:
    item = told.item
    every = list(dict.fromkeys(f"{one.selector} {one.snippet}".strip() for one in item.instances))
    places = every[:_MOST_PLACES]
    more = len(every) - len(places)
    lasting = [f"… and {more} more"] if more > 0 else []
    text = advice(item)
    return "\n".join([*places, *lasting, text.mend if text else "", item.help_url]).strip()


def _class(url: str) -> str:
    """Jenkins takes what stands before the last dot for a package: addresses have no dots here."""
    return _text(re.sub(r"[^\w-]+", "_", url.partition("://")[2] or url).strip("_") or "site")


def _text(text: str, *, lines: bool = False) -> str:
    """Without escape sequences and what XML 1.0 does not allow (section 2.2)."""
    shown = "\n".join(map(plain, text.splitlines())) if lines else plain(text)
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", shown)
