"""Sets the publication dates that `checks.publication` reads against the labels of htmldate's pages.

    .venv/bin/python -m bench.accuracy_dates [--show]

Prints the table that `docs/accuracy.md` holds: share exact, wrong and none of all pages, with n and the
95 % Wilson interval, and of those answered the share that is right by stated confidence. A wrong date is
worse than none. `--show` lists the pages where the answer is wrong or missing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from bench.corpus import CORPORA
from bench.wilson import share
from checks.publication import Publication, publication

FOLDER = CORPORA / "htmldate"


class Row(msgspec.Struct, frozen=True):
    """One page: its label and what was read."""

    file: str
    label: str
    found: Publication | None
    seconds: float

    @property
    def verdict(self) -> str:
        """`exact`, `wrong` or `none`."""
        if self.found is None:
            return "none"
        return "exact" if self.found.day.isoformat() == self.label else "wrong"


def rows() -> Iterator[Row]:
    """Every labelled page that is there."""
    labels = json.loads((FOLDER / "dates.json").read_text(encoding="utf-8"))
    for url, label in labels.items():
        file = FOLDER / "html" / label["file"]
        if file.is_file():
            source = file.read_bytes().decode("utf-8", errors="replace")
            started = time.process_time()
            found = publication(source, url)
            yield Row(label["file"], label["date"], found, time.process_time() - started)


def main() -> None:
    """Read, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list wrong and missing answers")
    wanted = parser.parse_args()
    every = list(rows())
    verdicts = Counter(row.verdict for row in every)
    print(f"pages with a label: {len(every)}")
    for verdict in ("exact", "wrong", "none"):
        print(f"{verdict}: {share(verdicts[verdict], len(every))}")
    print(f"right of those answered: {share(verdicts['exact'], verdicts['exact'] + verdicts['wrong'])}")
    print(f"CPU a page: {1000 * sum(row.seconds for row in every) / len(every):.1f} ms")
    bins: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in every:
        if row.found:
            bins[f"{row.found.confidence:.1f}"][row.verdict] += 1
    for confidence, counts in sorted(bins.items()):
        print(f"confidence {confidence}: right {share(counts['exact'], counts.total())}")
    for row in every if wanted.show else ():
        if row.verdict != "exact":
            print(row.verdict, row.file, row.label, row.found)


if __name__ == "__main__":
    main()
