"""Sets the presence answers against the labels of all labelled real sites, and confidence against truth.

    .venv/bin/python -m bench.accuracy_presence [--pages 5] [--json FILE]

The sites of `sites/` (whole or partial sites) and of `pl-institutions/` (front pages only, without CSS and
diacritics), each on a port of its own, audited by the real command. Labels are two readers', adjudicated;
`unknown` counts neither way. Of a front page alone much of a site can't be seen: what only lies deeper is
cantTell or a wrong "no" here.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bench.accuracy_sites import audit, table
from bench.corpus import CORPORA, rows, serve_all
from bench.wilson import share
from checks.social.networks import Kind, Network, classify

SURE = 0.8
FEW = 20
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
SETS = ("sites", "pl-institutions")
_TRUTH = {"yes": True, "no": False}
Labels = dict[str, str]


class Case(NamedTuple):
    """One answer beside its label; `said` is None for cantTell."""

    site: str
    code: str
    said: bool | None
    confidence: float
    label: bool
    reason: str

    @property
    def is_right(self) -> bool:
        """Whether the answer agrees with the label."""
        return self.said is self.label


def _languages(labels: Labels) -> bool | None:
    own = {one.strip() for one in labels["languages"].split(";")[0].split(",")}
    return {"lv", "en"} <= own


def _column(name: str) -> Callable[[Labels], bool | None]:
    return lambda labels: _TRUTH.get(labels.get(name) or "")


def _account(name: str) -> Callable[[Labels], bool | None]:
    return lambda labels: labels[name] != "none" if labels[name] != "unknown" else None


LABELLED: dict[str, Callable[[Labels], bool | None]] = {
    "M08_7": _column("has_search"),
    "M05": _column("has_services_links"),
    "M06_1": _column("has_participation_section"),
    "M08_5": _languages,
    "M11": _column("has_contact"),
    "M12": _column("has_chat"),
    "K11M_FB": _account("facebook_url"),
    "K11M_TW": _account("twitter_url"),
}


def cases(site: dict[str, Any], labels: Labels) -> list[Case]:
    """The site's labelled answers."""
    found = []
    for code, truth in LABELLED.items():
        answer, label = site["answers"].get(code), truth(labels)
        if answer is None or label is None:
            continue
        said = None if answer["value"] is None else answer["value"] == 1
        found.append(
            Case(
                labels["site"], code, said, answer.get("confidence") or 0.0, label, answer.get("reason") or ""
            )
        )
    return found


def by_code(found: list[Case]) -> str:
    """How often each code was answered, and how often rightly."""
    lines = []
    for code in LABELLED:
        own = [case for case in found if case.code == code]
        sure = [case for case in own if case.said is not None and case.confidence >= SURE]
        yes = [case for case in sure if case.said]
        no = [case for case in sure if not case.said]
        positives = sum(case.label for case in own)
        lines.append(
            [
                code,
                f"{positives} of {len(own)}",
                share(sum(case.said is not None for case in own), len(own)),
                share(sum(case.is_right for case in sure), len(sure)),
                share(sum(case.is_right for case in yes), len(yes)),
                share(sum(case.is_right for case in no), len(no)),
                share(sum(case.is_right for case in own if case.label), positives),
                "too few to tell" if positives < FEW else "",
            ]
        )
    head = ["code", "labelled yes", "answered", f"right at ≥ {SURE}", "yes right", "no right", "found", ""]
    return table(head, lines)


def calibration(found: Iterable[Case]) -> str:
    """Of answers given with a confidence, the share that is right."""
    answered = [case for case in found if case.said is not None]
    lines = []
    for low, high in itertools.pairwise(BINS):
        own = [case for case in answered if low <= case.confidence < high]
        if own:
            mean = sum(case.confidence for case in own) / len(own)
            right = share(sum(case.is_right for case in own), len(own))
            lines.append([f"{low:.1f} to {min(high, 1):.1f}", f"{mean:.2f}", right])
    return table(["confidence", "mean", "right"], lines)


def profiles(sites: dict[str, dict[str, Any]], labels: dict[str, Labels]) -> str:
    """Accounts named as the institution's own, by network, against the labelled addresses."""
    lines = []
    for network, code in ((Network.FACEBOOK, "K11M_FB_1"), (Network.X, "K11M_TW_1"), (None, OTHERS)):
        named = {(name, one) for name, site in sites.items() for one in _accounts(site, code, network)}
        true = {(name, one) for name in sites for one in _labelled(labels[name], network)}
        hits = len(named & true)
        few = "too few to tell" if len(true) < FEW else ""
        title = network.value if network else "others"
        lines.append([title, share(hits, len(named)), share(hits, len(true)), few])
    return table(["network", "named rightly", "labelled ones named", ""], lines)


OTHERS = "social.other_networks"


def _accounts(site: dict[str, Any], code: str, network: Network | None) -> set[str]:
    value = (site["answers"].get(code) or {}).get("value")
    texts = str(value or "").replace(",", " ").split()
    return {one for one in map(_account_key, texts) if one and _is_of(one, network)}


def _labelled(labels: Labels, network: Network | None) -> set[str]:
    texts = f"{labels['facebook_url']} {labels['twitter_url']} {labels['other_social']}".split()
    return {one for one in map(_account_key, texts) if one and _is_of(one, network)}


def _account_key(url: str) -> str:
    """Network and handle of a profile's address; empty for what is none."""
    found = classify(url)
    if found is None or found.kind is not Kind.PROFILE:
        return ""
    network, handle = found.identity
    return f"{network.value}:{handle}"


def _is_of(account: str, network: Network | None) -> bool:
    name = account.partition(":")[0]
    return name == network.value if network else name not in {Network.FACEBOOK.value, Network.X.value}


def labelled(alone: Path) -> tuple[dict[str, Labels], dict[str, Path]]:
    """Labels and web roots by site; a site of one page gets a root of its own below `alone`, where the
    others' pages are not.
    """
    labels = {row["site"]: row for name in SETS for row in rows(CORPORA / name / "truth.csv")}
    folders = {row["site"]: CORPORA / "sites" / row["site"] for row in rows(CORPORA / "sites" / "truth.csv")}
    for name in labels.keys() - folders.keys():
        page = labels[name]["start_path"].strip("/")
        folders[name] = alone / name
        folders[name].mkdir()
        (folders[name] / page).symlink_to(CORPORA / "pl-institutions" / "html" / page)
    return labels, folders


def main() -> None:
    """Audit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as alone:
        labels, folders = labelled(Path(alone))
        with serve_all(folders) as bases:
            urls = {name: bases[name] + labels[name]["start_path"] for name in labels}
            document = audit(urls, wanted.pages)
    if wanted.json:
        wanted.json.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    names = {url: name for name, url in urls.items()}
    sites = {names[site["url"]]: site for site in document["sites"]}
    found = [case for name, site in sites.items() for case in cases(site, labels[name])]
    print(by_code(found))
    print()
    print(calibration(found))
    print()
    print(profiles(sites, labels))
    print()
    wrong = [case for case in found if case.said is not None and not case.is_right]
    print(
        table(
            ["site", "code", "said", "label", "confidence", "reason"],
            [
                [case.site, case.code, case.said, case.label, case.confidence, case.reason.replace("|", "/")]
                for case in wrong
            ],
        )
    )


if __name__ == "__main__":
    main()
