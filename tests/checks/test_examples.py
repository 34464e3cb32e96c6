"""Every check on pages written for it: served on 127.0.0.1, audited by the whole pipeline, and judged."""

from __future__ import annotations

import asyncio
import copy
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import pytest_asyncio
from msgspec import UNSET
from msgspec.structs import replace

from checks.check import Check, all_checks
from checks.finding import Answer, Outcome
from checks.judge import DEFAULTS
from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings, Blob, Site
from crawler.instruments import Instruments, open_instruments
from schedules.audit import audit_site
from tests.checks.example_sites import Case, Expected, cases, served

CHECKS = {check.id: check for check in all_checks()}
OPEN = "cantTell or untested"
BY_DESIGN = {
    ("profiles", Outcome.FAILED): "no link found is no proof that there is no account (issue 4)",
    ("payment_module", Outcome.FAILED): "the module shows only behind a login (reference 3.6)",
    ("other_networks", Outcome.FAILED): "no link found is no proof that there is no account (issue 4)",
}
"""Outcomes that a check can't give, and why."""
WORDLESS = {
    "mobile_friendliness": "measures boxes and sizes",
    "wcag_percentage": "counts what axe-core finds",
}
"""Checks that read no words, and so need examples in one language only."""
CONFIRMED = {"mobile_friendliness", "wcag_percentage"}
"""Checks that ask for second captures; the others' examples are spared the time."""
SETTINGS = AuditSettings(seed=1, timeout=20, rate=200, allow_private=True, max_urls=30)


AHEAD = 3
"""Audits under way beside the one that is waited for: each waits more than it computes."""


def a_blob(content: bytes, media_type: str) -> Blob:
    return Blob(sha256(content).hexdigest(), media_type, len(content))


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[Case, str]]:
    with ExitStack() as stack:
        yield {case: stack.enter_context(served(case)) for case in cases()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def instruments(addresses: dict[Case, str]) -> AsyncIterator[Instruments]:
    chromium = find_chromium(os.environ)
    assert chromium is not None, "make setup finds or fetches one"
    async with open_instruments(
        SETTINGS,
        addresses.values(),
        chromium=chromium,
        axe=load_axe(os.environ),
        save_blob=a_blob,
        clock=lambda: datetime.now(UTC),
    ) as opened:
        yield opened


class Audits:
    """The audits of the cases that were chosen; those that come next are begun meanwhile, as in a wave."""

    def __init__(self, chosen: list[Case], addresses: dict[Case, str], instruments: Instruments) -> None:
        self._left, self._addresses, self._instruments = list(chosen), addresses, instruments
        self._begun: dict[Case, asyncio.Task[Site]] = {}

    async def site(self, case: Case) -> Site:
        """What was seen of the case's site."""
        if case in self._left:
            at = self._left.index(case)
            for one in [case, *self._left[at + 1 : at + 1 + AHEAD]]:
                if one not in self._begun:
                    self._begun[one] = asyncio.create_task(self._audited(one))
        return await self._begun.pop(case)

    def end(self) -> None:
        """Leave what nobody asked for."""
        for task in self._begun.values():
            task.cancel()

    async def _audited(self, case: Case) -> Site:
        tools = copy.copy(self._instruments)
        tools.settings = replace(SETTINGS, confirm=case.check in CONFIRMED)
        return await audit_site(case.institution(self._addresses[case]), tools, lambda *_: None)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audits(
    request: pytest.FixtureRequest, addresses: dict[Case, str], instruments: Instruments
) -> AsyncIterator[Audits]:
    own = [one for one in request.session.items if isinstance(one, pytest.Function)]
    asked = (one.callspec.params.get("case") for one in own if "audits" in one.fixturenames)
    chosen = [case for case in asked if isinstance(case, Case)]
    begun = Audits(chosen, addresses, instruments)
    yield begun
    begun.end()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
async def test_an_example_is_answered_as_expected(
    case: Case, addresses: dict[Case, str], audits: Audits
) -> None:
    site = await audits.site(case)
    assert site.failure is None
    answers = {answer.code: answer for answer in CHECKS[case.check].judge(site, DEFAULTS).answers}
    for code, expected in case.expected(addresses[case]).items():
        agrees(answers[code], expected)


def agrees(answer: Answer, expected: Expected) -> None:
    shown = (answer.code, answer.value, answer.reason, answer.evidence)
    assert answer.outcome is expected.outcome, shown
    if expected.value is not None:
        assert answer.value == expected.value, shown
    assert expected.reason in answer.reason, shown
    said = "\n".join(f"{one.url} {one.selector} {one.snippet} {one.message}" for one in answer.evidence)
    assert expected.evidence in said, shown
    assert answer.evidence or answer.outcome is not Outcome.CANT_TELL, shown
    assert not untold(answer), "say it with checks.sentences.say"


def untold(answer: Answer) -> list[str]:
    """Texts of the answer that can't be told in another language."""
    texts = [(answer.reason, answer.said), *((one.message, one.said) for one in answer.evidence)]
    return [text for text, said in texts if text and said is UNSET]


@pytest.mark.parametrize("check", [check for check in CHECKS.values() if check.codes], ids=lambda one: one.id)
def test_every_check_has_examples_of_every_outcome_in_latvian_and_english(check: Check) -> None:
    own = {
        (kind_of(expected.outcome), case.language)
        for case in cases()
        if case.check == check.id
        for expected in case.expected().values()
    }
    kinds = {Outcome.PASSED, Outcome.FAILED, OPEN} - {kind for name, kind in BY_DESIGN if name == check.id}
    if check.id in WORDLESS:
        assert {kind for kind, _ in own} >= kinds
    else:
        assert own >= {(kind, language) for kind in kinds for language in ("lv", "en")}


def kind_of(outcome: Outcome) -> Outcome | str:
    """The outcome, or one name for the two that leave a question open."""
    return OPEN if outcome in {Outcome.CANT_TELL, Outcome.UNTESTED} else outcome


def test_every_folder_of_examples_belongs_to_a_check_and_expects_answers() -> None:
    for case in cases():
        assert case.check in CHECKS
        assert case.expected()
        assert set(case.expected()) <= set(CHECKS[case.check].codes)


def test_what_a_check_cannot_give_by_design_it_does_not_give() -> None:
    for check, outcome in BY_DESIGN:
        given = {one.outcome for case in cases() if case.check == check for one in case.expected().values()}
        assert outcome not in given
