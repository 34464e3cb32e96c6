"""The tables of `bench.scale` in Markdown, and what they say of 20,000 institutions."""

from __future__ import annotations

from typing import Any

from bench.accuracy_sites import table
from bench.scale_chart import rates

INSTITUTIONS = 20_000
Json = dict[str, Any]


def tables(known: Json) -> str:
    """All that was measured, for `docs/operations.md`."""
    parts = []
    if "whole" in known:
        parts += [_whole(known["whole"]), _blocks(known["whole"])]
    if {"whole", "broken"} & set(known):
        parts.append(_broken(known.get("broken") or known["whole"]))
    if "scaling" in known:
        parts += [_scaling(known["scaling"])]
    if {"whole", "scaling"} <= set(known):
        parts.append(_projection(known["whole"], known["scaling"]))
    return "\n\n".join(parts)


def _whole(whole: Json) -> str:
    first, last = whole["blocks"][0], whole["blocks"][-1]
    change = last["cpu"] / last["sites"] / (first["cpu"] / first["sites"]) - 1
    memory = whole["blocks"][1:] or whole["blocks"]
    growth = (memory[-1]["memory_median"] or 0) / max(1, memory[0]["memory_median"] or 1) - 1
    lines = [
        ["sites", whole["sites"]],
        ["exit code", whole["code"]],
        ["results, one a site", whole["results"]],
        ["minutes to the first result of each", f"{whole['first_results_seconds'] / 60:.1f}"],
        ["minutes with second tries", f"{whole['seconds'] / 60:.1f}"],
        ["CPU seconds a site", f"{whole['cpu_seconds'] / whole['sites']:.2f}"],
        ["CPU a site, last block over first", f"{change:+.1%}"],
        ["memory, last block over second", f"{growth:+.1%}"],
        [
            "browser started anew",
            ", ".join(f"{n} {why}" for why, n in whole["browser_restarts"].items()) or "no",
        ],
        ["sites that are whole and have no answer", len(whole["wrongly_not_evaluated"])],
        ["processes left afterwards", len(whole["left_processes"])],
        ["stored, kB a site", f"{whole['stored_bytes'] / 1000 / whole['sites']:.0f}"],
    ]
    return f"`{whole['settings']}`, {whole['cores']} cores, {whole['at'][:10]}\n\n" + table(
        ["what", "measured"], lines
    )


def _blocks(whole: Json) -> str:
    lines = [
        [
            (number + 1) * whole["block"],
            f"{one['cpu'] / one['sites']:.2f}",
            f"{one['seconds'] / one['sites']:.2f}",
            one["memory_median"],
            one["memory_peak"],
        ]
        for number, one in enumerate(whole["blocks"])
    ]
    return table(["sites done", "CPU s a site", "wall s a site", "median MiB", "peak MiB"], lines)


def _broken(whole: Json) -> str:
    lines = [
        [way, ", ".join(f"{told} ({times})" if times > 1 else told for told, times in all_.items())]
        for way, all_ in whole["broken"].items()
    ]
    return table(["broken how", "told as"], lines)


def _scaling(scaling: Json) -> str:
    found = rates(scaling)
    base = next(iter(found.values()))
    lines = [[name, f"{value:,.0f}", f"{value / base:.2f}"] for name, value in found.items()]
    return f"{scaling['sites']} sites, each worker bound to one core\n\n" + table(
        ["engine and workers", "sites an hour", "to the first"], lines
    )


def _projection(whole: Json, scaling: Json) -> str:
    """Hours for 20,000 such sites, by what was measured and nothing else."""
    lines = [[name, f"{INSTITUTIONS / value:,.0f}"] for name, value in rates(scaling).items()]
    together = 3600 * whole["sites"] / whole["seconds"]
    lines.append([f"SQLite, 1 worker on {whole['cores']} cores", f"{INSTITUTIONS / together:,.0f}"])
    stored = whole["stored_bytes"] / whole["sites"] * INSTITUTIONS / 1e9
    return (
        table(["for 20,000 sites as served here", "hours"], lines)
        + f"\n\nStored: {stored:,.0f} GB. Not measured: more than two workers, other machines, real "
        "networks, a database that holds 20,000 sites, samples of thirty pages."
    )
