"""A run of many institutions with answers of all kinds, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from checks import questionnaire
from checks.finding import Answer, Instance, Outcome
from checks.judge import SiteJudgement, SiteStatus
from checks.questionnaire import By, Kind
from crawler.evidence import Failure, FailureReason, Institution
from results.exports.codebook import Code, codes
from results.streaming import SiteSummary
from tests.results.comparing import STARTED

SECTORS = ("Finanšu ministrija", "Kultūras ministrija", "Ārlietu ministrija?", "Ārlietu ministrija", "")
HOSTILE = '=HYPERLINK("https://x.example","</td><script>alert(1)</script>") \u202e\x1b[31m'


def sites(many: int, seed: int = 2026) -> Iterator[SiteSummary]:
    """As the database would give them; the first is called by the hostile name, the last is unreachable."""
    rng = random.Random(seed)
    for place in range(many):
        one = institution(rng, place)
        last = place == many - 1
        judged = unreachable() if last else SiteJudgement(status=SiteStatus.EVALUATED, answers=answers(rng))
        yield SiteSummary(
            position=place, institution=one, started_at=STARTED, finished_at=STARTED, judgement=judged
        )


def institution(rng: random.Random, place: int) -> Institution:
    name = HOSTILE if place == 0 else f"{rng.choice('AĀCČGĢIĪKĶŠŽ')}estāde {place}"
    return Institution(
        url=f"https://i{place}.example/",
        name=name,
        registration_number=f"9{place:010}",
        kind=rng.choice(("ministry", "institution")),
        sector=HOSTILE if place == 0 else rng.choice(SECTORS),
        segments=tuple(rng.sample(("masu", "fiziskam-personam", "uznemumiem-butiskas"), rng.randrange(3))),
        numbers={"services": float(rng.randrange(40))} if rng.random() < 0.9 else {},
        attributes={"e-indeksa brieduma līmenis": rng.choice("1234")},
    )


def answers(rng: random.Random) -> tuple[Answer, ...]:
    return tuple(answer(rng, code) for code in codes() if code.by is not By.HUMAN)


def answer(rng: random.Random, code: Code) -> Answer:
    outcome = rng.choices(
        (Outcome.PASSED, Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.INAPPLICABLE), (8, 1, 1, 0.2)
    )[0]
    if outcome is not Outcome.PASSED:
        return Answer(code=code.code, outcome=outcome, confidence=0.0, reason="who knows")
    value: int | str = rng.choice(sorted(code.legal)) if code.legal else "2026-03-01"
    said = Outcome.PASSED if questionnaire.is_own(code.code) else questionnaire.outcome(code.code, value)
    if code.kind is Kind.ITEM:
        said = Outcome.PASSED if value else Outcome.FAILED
    place = Instance(url="https://i.example/a?b=1&c=2", snippet="<a>x</a>")
    confidence = round(rng.uniform(0.5, 1.0), 2)
    return Answer(code=code.code, outcome=said, value=value, confidence=confidence, evidence=(place,))


def unreachable() -> SiteJudgement:
    """By the study's own rule band 4, and nothing else."""
    band = Answer(code="M16J", outcome=Outcome.UNTESTED, value=4, confidence=1.0, reason="unknown host")
    return SiteJudgement(
        status=SiteStatus.NOT_EVALUABLE,
        failure=Failure(FailureReason.UNKNOWN_HOST, "no such host"),
        answers=(band,),
    )
