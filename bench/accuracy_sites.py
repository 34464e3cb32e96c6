"""Audits the real sites of the corpora on loopback and sets the answers against the labels there.

    .venv/bin/python -m bench.accuracy_sites [--pages 30] [--json FILE]

Prints the tables that `docs/accuracy.md` holds. Labels were made by two readers of the whole site;
`unknown` means that careful readers could differ, and counts neither way.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.corpus import CORPORA, rows, serve_all
from checks.accessibility import bands

SEED = 20171121
CODES = {
    "M08_7": "has_search",
    "M05": "has_services_links",
    "M06_1": "has_participation_section",
    "K11M_FB_1": "facebook_url",
    "K11M_TW_1": "twitter_url",
}
YES = {"M08_7": 1, "M05": 1, "M06_1": 1}
STUDY_2017 = {4: 14, 3: 36, 2: 37, 1: 13}
"""Percent of the sites in each band that the study of 2017 published, worst first."""


def audit(sites: dict[str, str], pages: int) -> dict[str, Any]:
    """The JSON document of one run over `sites` (address by name)."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "institutions.csv")
        with listed.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["url", "name"])
            writer.writerows([url, name] for name, url in sites.items())
        command = [
            str(Path(sys.executable).with_name("eindekss")),
            *("run", str(listed), "--name", "corpora", "--pages", str(pages), "--seed", str(SEED)),
            *(
                "--allow-private",
                "--rate",
                "200",
                "--format",
                "json",
                "--db",
                f"sqlite:///{folder}/runs.sqlite3",
            ),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
        if done.returncode not in {0, 3}:
            raise SystemExit(f"eindekss ended with {done.returncode}")
        return dict(json.loads(done.stdout))


def verdict(code: str, answer: dict[str, Any], label: str) -> str:
    """`agrees`, `differs`, `cantTell` or `no label`."""
    if label == "unknown" or not label:
        return "no label"
    if answer["value"] is None:
        # No link found is "no link on the site", not "has no page": right where there is none.
        return "agrees" if code in {"K11M_FB_1", "K11M_TW_1"} and label == "none" else "cantTell"
    if code in YES:
        return "agrees" if (answer["value"] == YES[code]) == (label == "yes") else "differs"
    return "agrees" if _same_profile(str(answer["value"]), label) else "differs"


def _same_profile(value: str, label: str) -> bool:
    return _key(label) in {_key(url) for url in value.replace(",", " ").split()}


def _key(url: str) -> str:
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/").lower()


def table(header: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    head = list(header)
    body = ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *body])


def overview(name: str, site: dict[str, Any]) -> list[object]:
    """A site's row of the first table."""
    wcag, mobile, bounds = site["wcag"], site["mobile"], site["wcag"]["bounds"]
    issues = ", ".join(f"{issue['rule']} {issue['instances']}" for issue in mobile["issues"])
    return [
        name,
        site["status"],
        wcag.get("population"),
        wcag.get("pages_sampled"),
        wcag["pages_evaluated"],
        wcag["percent"],
        wcag["band"],
        f"{bounds.get('lower')}–{bounds.get('upper')}",
        mobile["verdict"] or "–",
        issues or "–",
    ]


def comparison(name: str, site: dict[str, Any], label: dict[str, str]) -> list[list[object]]:
    """A site's rows of the second table."""
    lines: list[list[object]] = []
    for code, column in CODES.items():
        answer = site["answers"][code]
        outcome = verdict(code, answer, label[column])
        reason = answer.get("reason") or (answer["evidence"][0]["message"] if answer["evidence"] else "")
        lines.append(
            [
                name,
                code,
                answer["value"],
                answer["confidence"],
                label[column],
                outcome,
                reason.replace("|", "/"),
            ]
        )
    return lines


def distribution(sites: Iterable[dict[str, Any]]) -> str:
    """How many sites each formula puts in each band, beside 2017's shares; sites without a percent are
    left out.
    """
    measured = [site["wcag"] for site in sites if site["wcag"]["percent"] is not None]
    lines = []
    for name in (measured[0]["formula"], *measured[0]["alternatives"]) if measured else ():
        percents = [wcag["alternatives"].get(name, wcag["percent"]) for wcag in measured]
        found = [bands.band(Decimal(str(percent))) for percent in percents]
        mean = sum(percents) / len(percents)
        shares = (
            f"{found.count(band)} ({100 * found.count(band) / len(found):.0f} %)" for band in STUDY_2017
        )
        lines.append([name, *shares, f"{mean:.2f}"])
    lines.append(["study of 2017", *(f"{share} %" for share in STUDY_2017.values()), ""])
    return table(["formula", "below 70", "70 to 85", "85 to 95", "above 95", "mean"], lines)


def main() -> None:
    """Audit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    labels = {row["site"]: row for row in rows(CORPORA / "sites" / "truth.csv")}
    with serve_all({name: CORPORA / "sites" / name for name in labels}) as bases:
        urls = {name: bases[name] + labels[name]["start_path"] for name in labels}
        document = audit(urls, wanted.pages)
    if wanted.json:
        wanted.json.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    names = {url: name for name, url in urls.items()}
    sites = {names[site["url"]]: site for site in document["sites"]}
    print(
        table(
            [
                "site",
                "status",
                "found",
                "sampled",
                "evaluated",
                "percent",
                "band",
                "bounds",
                "mobile",
                "issues",
            ],
            [overview(name, site) for name, site in sites.items()],
        )
    )
    print()
    print(distribution(sites.values()))
    compared = [line for name, site in sites.items() for line in comparison(name, site, labels[name])]
    print()
    print(table(["site", "code", "answer", "confidence", "label", "", "reason or first evidence"], compared))
    print()
    counts = [
        [code, *(_count(compared, code, kind) for kind in ("agrees", "differs", "cantTell", "no label"))]
        for code in CODES
    ]
    print(table(["code", "agrees", "differs", "cantTell", "no label"], counts))


def _count(lines: list[list[object]], code: str, kind: str) -> int:
    return sum(line[1] == code and line[5] == kind for line in lines)


if __name__ == "__main__":
    main()
