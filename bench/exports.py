"""Seconds and memory of each export of a run of a thousand institutions.

    .venv/bin/python -m bench.exports [--sites 1000] [--findings 100] [--database FILE] [--only FORMAT]

The run is made up through the store (SQLite), as an audit would leave it: an answer to every code that the
tool answers and that many findings an institution; pictures of its first pages, in which the answers' places
are. Every format is written by the command itself, in a
process of its own; memory is the most that was resident at once. Prints the table of `docs/exports.md`.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw

from checks.check import JudgementSettings, all_checks
from checks.clips import clip
from checks.finding import Answer, Finding, Instance, Outcome, WcagMeasure
from checks.judge import SiteJudgement, SiteStatus
from checks.questionnaire import By
from checks.sentences import say
from crawler.evidence import HOME, RANDOM, AuditSettings, Blob, Institution, Page, Rect, Site
from results.exports.codebook import Code, codes
from results.records import JudgementRecord
from results.store import Store

PAGES = 30
PICTURES, WIDTH, HEIGHT = 8, 1280, 3000
SETTINGS = AuditSettings(seed=2017)
MOMENT = datetime(2026, 11, 21, 9, tzinfo=UTC)
FORMATS = {
    "xlsx": ("--format", "xlsx"),
    "csv": ("--format", "csv"),
    "csv, answers": ("--format", "csv", "--table", "answers"),
    "json": ("--format", "json"),
    "sav": ("--format", "sav"),
    "parquet": ("--format", "parquet"),
    "earl": ("--format", "earl"),
    "bundle": ("--bundle",),
}
COMMAND = [sys.executable, "-c", "from cli import main; main()"]
_SELECTOR = "html > body > main > div:nth-child(3) > ul > li:nth-child(7) > a"


def main() -> None:
    """Make up the run, unless it is there; measure; print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--findings", type=int, default=100)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--only", choices=FORMATS, action="append", help="this format; may be given again")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = wanted.database or Path(folder) / "runs.sqlite3"
        if not database.exists():
            make_up(database, wanted.sites, wanted.findings)
        print("| format | seconds | of which CPU | MB of memory | MB written |\n|---|---|---|---|---|")
        for name in wanted.only or FORMATS:
            options = FORMATS[name]
            target = Path(folder) / name.replace(", ", "-")
            seconds, cpu, peak = measured([*options, "--output", str(target), "--db", str(database)])
            sizes = f"{peak / 1e6:.0f} | {written(target) / 1e6:.1f}"
            print(f"| {name} | {seconds:.1f} | {cpu:.1f} | {sizes} |", flush=True)


def measured(options: list[str]) -> tuple[float, float, int]:
    """Seconds, those of the CPU, and the most bytes resident, of one export in a process of its own."""
    began = time.perf_counter()
    child = os.posix_spawn(COMMAND[0], [*COMMAND, "export", *options], os.environ)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"export {options} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def written(target: Path) -> int:
    """Bytes of a file, or of a folder's files."""
    files = target.rglob("*") if target.is_dir() else [target]
    return sum(file.stat().st_size for file in files)


def make_up(database: Path, sites: int, findings: int) -> None:
    """The run in a new database."""
    store = Store.open(str(database))
    checks = {check.id: check.version for check in all_checks()}
    judged_by = JudgementRecord(
        settings=JudgementSettings(), checks=checks, terms="", axe_version="4.14.1", created_at=MOMENT
    )
    run = "20261121-090000-bench1"
    store.begin_run(run, name="bench", settings=SETTINGS, versions={}, judged_by=judged_by, started_at=MOMENT)
    chance = random.Random(2017)
    shown = pictures(store)
    for position in range(sites):
        found = judged(position, findings, checks, chance)
        placed = msgspec.structs.replace(found, answers=tuple(in_pictures(found.answers, shown, chance)))
        store.save_site(run, position, site(position, shown), placed)
    store.finish_run(run, MOMENT)
    store.close()


def pictures(store: Store) -> tuple[Blob, ...]:
    """Of pages as high as a public site's; every site has the same ones, as opening them is what counts."""
    return tuple(kept(store, number) for number in range(PICTURES))


def kept(store: Store, number: int) -> Blob:
    """Lines of letters on white, so that it packs as a page does."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(0, HEIGHT, 24):
        draw.text(
            (40, line), f"{number}: Iesniegumu var iesniegt klātienē vai elektroniski. " * 2, fill="black"
        )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=60)
    return msgspec.structs.replace(
        store.evidence.put(out.getvalue(), "image/jpeg"), width=WIDTH, height=HEIGHT
    )


def in_pictures(said: tuple[Answer, ...], shown: tuple[Blob, ...], chance: random.Random) -> Iterator[Answer]:
    """The answers, the evidence of each in one of the pictures."""
    for one in said:
        picture = chance.choice(shown)
        rects = (Rect(40, chance.randrange(HEIGHT - 60), 300, 40) for _ in one.evidence)
        placed = (
            msgspec.structs.replace(place, rect=rect, clip=clip(picture, rect))
            for place, rect in zip(one.evidence, rects, strict=True)
        )
        yield msgspec.structs.replace(one, evidence=tuple(placed))


def site(position: int, shown: tuple[Blob, ...]) -> Site:
    """An observed site of thirty pages, the first ones pictured, without what axe and the checks read."""
    address = f"https://iestade-{position}.example/"
    moment = MOMENT.isoformat()
    pages = tuple(
        Page(
            url=f"{address}lapa/{n}" if n else address,
            captured_at=moment,
            roles=(RANDOM if n else HOME,),
            status=200,
            screenshot=shown[n] if n < len(shown) else None,
        )
        for n in range(PAGES)
    )
    name = f"Iestāde ar garāku latvisku nosaukumu Nr. {position}"
    one = Institution(url=address, name=name, registration_number=f"9{position:010}", sector="Finanses")
    return Site(institution=one, settings=SETTINGS, started_at=moment, captured_at=moment, pages=pages)


def judged(position: int, findings: int, checks: dict[str, int], chance: random.Random) -> SiteJudgement:
    """Answers to all codes of the tool, and findings spread over the pages."""
    address = f"https://iestade-{position}.example/"
    return SiteJudgement(
        status=SiteStatus.EVALUATED,
        answers=tuple(answers(address, chance)),
        findings={"wcag_percentage": tuple(found(address, n) for n in range(findings))},
        wcag=WcagMeasure(formula="criteria-met/1", target="wcag20-aa", scope="sample", percent=87.5, band=2),
        versions=checks,
        terms="",
    )


def answers(address: str, chance: random.Random) -> Iterator[Answer]:
    """One to each code that a program answers: three in four with a value and three places."""
    for code in codes():
        if code.by is not By.HUMAN:
            yield answer(code, address, chance)


def answer(code: Code, address: str, chance: random.Random) -> Answer:
    """With a value, or why there is none."""
    if chance.random() < 0.25:
        reason = say("How old the news are can't be told: {said}.", said=say("none"))
        return Answer(code=code.code, outcome=Outcome.CANT_TELL, confidence=0.3, reason=reason)
    snippet = f'<a href="{address}lapa/1">Iesniegt iesniegumu, sūdzību vai priekšlikumu</a>'
    place = Instance(
        url=f"{address}lapa/1",
        selector=_SELECTOR,
        snippet=snippet,
        message=say("a link opens a conversation in {name}", name="x"),
    )
    value = chance.choice(sorted(code.legal)) if code.legal else "https://social.example/iestade"
    return Answer(code=code.code, outcome=Outcome.PASSED, value=value, confidence=0.8, evidence=(place,) * 3)


def found(address: str, number: int) -> Finding:
    """A rule that some elements of a page fail."""
    page = f"{address}lapa/{number % PAGES}" if number % PAGES else address
    place = Instance(url=page, selector=_SELECTOR, snippet='<a href="#"><img src="a.png"></a>', message="alt")
    return Finding(
        rule=f"rule-{number % 40}",
        outcome=Outcome.FAILED if number % 3 else Outcome.CANT_TELL,
        page_url=page,
        criteria=("1.1.1", "4.1.2"),
        impact="serious",
        message="Images must have alternative text",
        help_url="https://rules.example/image-alt",
        instances=(place,) * 3,
    )


if __name__ == "__main__":
    main()
